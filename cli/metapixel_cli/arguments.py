"""Ids and names in arguments. An error does not quote the value, which may be a pasted token."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TypeVar

import click

from metapixel_cli import files
from metapixel_cli.escape import in_log
from metapixel_cli.exits import show
from metapixel_cli.schema import json_schema
from metapixel_provider.access_file.model import AccessFile, AccessFileError
from metapixel_provider.access_file.reader import load
from metapixel_provider.connection.configuration import Configuration
from metapixel_provider.errors import ConfigurationError
from metapixel_provider.sharing import ids
from metapixel_provider.texts import one_line

Command = TypeVar("Command", bound=Callable[..., object] | click.Command)


class OptionsOnly(click.Command):
    allow_extra_args = True

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        rest = super().parse_args(ctx, args)
        is_completion_in_shell = ctx.resilient_parsing
        if rest and not is_completion_in_shell:
            ctx.fail("A value has no option before it. This command takes only options.")
        return rest


def meta_id(value: str) -> str:
    """Return the id of an object at Meta as digits. Raises BadParameter."""
    try:
        return ids.digits(value)
    except ValueError:
        message = "this is not an id; an id is a number such as 1234567890"
        raise click.BadParameter(message) from None


def ad_account_id(value: str) -> str:
    """Return the id of an ad account as digits. Raises BadParameter."""
    try:
        return ids.ad_account(value)
    except ValueError:
        message = "this is not an ad account id; write act_1234567890 or 1234567890"
        raise click.BadParameter(message) from None


def not_empty(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    """Return the value of an option, or None without it. Raise BadParameter if it is empty."""
    if value is not None and not value.strip():
        message = "the value is empty, perhaps because a variable is not set; add a value"
        raise click.BadParameter(message)
    return value


def check_files(paths: Iterable[Path], force: bool) -> None:
    """Raise UsageError if a file cannot be written, or if it exists and `force` is false."""
    try:
        files.check(paths, force)
    except files.FilesError as error:
        raise click.UsageError(str(error)) from None


def ids_of(option: str, name: str, description: str) -> Callable[[Command], Command]:
    """Return the decorator for a repeatable option with ids."""

    def unique(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(values))

    return click.option(
        option, name, type=meta_id, multiple=True, callback=unique, help=description
    )


def access_file(description: str) -> Callable[[Command], Command]:
    """Return the decorator for the option `--access-file`, whose value is an `AccessFile`."""

    def loaded(_: click.Context, __: click.Parameter, path: Path | None) -> AccessFile:
        try:
            return load(path, required=()) if path else AccessFile("")
        except AccessFileError as error:
            raise click.BadParameter(in_log(str(error))) from None

    kind = click.Path(exists=True, dir_okay=False, path_type=Path)
    return click.option("--access-file", type=kind, callback=loaded, help=description)


def folder(description: str, repeatable: bool = False) -> Callable[[Command], Command]:
    """Return the decorator for the option `--cwd`, whose value is a tuple if it is repeatable."""

    def one_or_all(_: click.Context, __: click.Parameter, values: tuple[Path, ...]) -> object:
        if repeatable:
            return values
        if len(values) > 1:
            raise click.BadParameter("give it once, because the command has one project")
        return values[0]

    kind = click.Path(exists=True, file_okay=False, path_type=Path)
    option = partial(click.option, "--cwd", type=kind, multiple=True, callback=one_or_all)
    return option(default=["."], show_default=True, help=description)


def schema(document: type[object], title: str, of: str) -> Callable[[Command], Command]:
    """Return the decorator for the option that prints the JSON schema and ends the command."""

    def print_and_exit(ctx: click.Context, _: click.Parameter, is_given: bool) -> None:
        if is_given:
            show(json_schema(document, title))
            ctx.exit()

    description = f"Print the JSON schema of {of} and exit."
    # An eager option comes before the required ones, which are not necessary then.
    option = partial(click.option, "--schema", is_flag=True, expose_value=False, is_eager=True)
    return option(callback=print_and_exit, help=description)


def graph_api(command: Command) -> Command:
    """Add the options for the address and the version of the Graph API."""
    version = click.option("--api-version", help="Version of the Graph API, such as v26.0.")
    address = click.option(
        "--graph-url",
        callback=not_empty,
        help="Address of the Graph API or of a simulator, instead of the configured one.",
    )
    return address(version(command))


def check_credential_set(configuration: Configuration, name: str | None) -> None:
    """Raise ConfigurationError if no credential set has this name. `None` is the default set."""
    is_known = name is None or configuration.set_name_problem(name) is None
    if is_known:
        return
    known = ", ".join(one_line(each, 40) for each in sorted(configuration.set_names()))
    raise ConfigurationError(
        f"No credential set of the environment has the name on the command line (known names: "
        f"{known or 'none'}); correct the name, or export META_ACCESS_TOKEN_NAME"
    )
