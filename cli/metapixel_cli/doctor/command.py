"""`metapixel doctor`."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from metapixel_cli.arguments import OptionsOnly, folder, graph_api, ids_of
from metapixel_cli.console import for_terminal, status
from metapixel_cli.doctor.judging import setup
from metapixel_cli.doctor.judging.findings import Result
from metapixel_cli.doctor.judging.observed import Observed
from metapixel_cli.doctor.judging.report import SKIPPABLE, judge
from metapixel_cli.doctor.reading import meta
from metapixel_cli.doctor.reading.sets import SetRead
from metapixel_cli.doctor.rendering.table import as_table
from metapixel_cli.exits import Exit
from metapixel_cli.secrets import hide
from metapixel_cli.stacks import pulumi, settings
from metapixel_cli.stacks.errors import StackError
from metapixel_cli.stacks.pulumi import ConfiguredValue
from metapixel_provider.connection.configuration import Configuration
from metapixel_provider.errors import ConfigurationError
from metapixel_provider.graph.clock import Clock
from metapixel_provider.graph.limits import RateLimiter

_CODES = {Result.ERROR: Exit.FAILED, Result.NOT_RUN: Exit.INCOMPLETE}


class _Skipped(click.Choice[str]):
    """The name of a check or an act. The error omits the value, which can be a pasted token."""

    def __init__(self) -> None:
        super().__init__(SKIPPABLE)

    def get_invalid_choice_message(self, value: object, ctx: click.Context | None) -> str:
        return f"this is none of the names {', '.join(SKIPPABLE)}"


@click.command("doctor", cls=OptionsOnly)
@click.option("--stack", help="Name of a stack. Its configuration is checked, secrets included.")
@folder("Folder of the Pulumi project of --stack.")
@ids_of(
    "--business",
    "businesses",
    "Id of a business. A token must belong to one of its admins. Repeatable.",
)
@ids_of("--pixel", "pixels", "Id of a pixel to check. Repeatable.")
@click.option(
    "--skip",
    metavar="NAME",
    type=_Skipped(),
    multiple=True,
    help="Name of a check, or of an act whose scopes are not necessary: share, answer, permit or "
    "delete. Repeatable.",
)
@click.option("--all", "has_all", is_flag=True, help="Print a row for each check that works too.")
@click.option("--json", "as_document", is_flag=True, help="Print a JSON document.")
@graph_api
def doctor_command(
    stack: str | None,
    cwd: Path,
    businesses: tuple[str, ...],
    pixels: tuple[str, ...],
    skip: tuple[str, ...],
    has_all: bool,
    as_document: bool,
    graph_url: str | None,
    api_version: str | None,
) -> None:
    """Check the settings, the tokens and their rights.

    For each problem, the command names the next action.

    It checks each credential set of the environment and, with --stack, of the stack's
    configuration. It changes nothing, neither at Meta nor in the stack. It never prints a token.

    \b
    Exit codes
      0    no check failed, and each check could run
      1    a check failed
      2    wrong usage
      4    no check failed, but a check could not run
      130  the command was interrupted
    """
    options = {settings.ADDRESS: graph_url, settings.VERSION: api_version}
    with status("Reading") as report_progress:
        observed = _observed(stack, cwd, options, businesses, pixels, report_progress)
    report = judge(observed, skip)
    if as_document:
        output = f"{json.dumps(asdict(report), indent=2)}\n"
    else:
        render = partial(as_table, report, has_all)
        output = for_terminal(render) or render()
    click.echo(output.encode("utf-8", errors="replace"), nl=False)
    sys.exit(_CODES.get(report.result, Exit.FINE))


def _observed(
    stack: str | None,
    cwd: Path,
    options: Mapping[str, str | None],
    businesses: Sequence[str],
    pixels: Sequence[str],
    report_progress: Callable[[str], None],
) -> Observed:
    report_progress("Reading the settings")
    configured, records, problem = _of_stack(stack, cwd, options)
    values = {key: value.text for key, value in configured.items()}
    values |= {key: value for key, value in options.items() if value}
    configuration = Configuration(values.get, os.environ, with_stack=stack is not None)
    try:
        if records and not options[settings.ADDRESS]:
            address = settings.address(stack or "", records, configuration.graph_url)
            values[settings.ADDRESS] = address
            configuration = Configuration(values.get, os.environ, with_stack=stack is not None)
    except StackError as error:
        problem = error
    except ConfigurationError:
        pass  # The check of the settings reports it.
    found_settings = setup.read_settings(configuration, stack or "", configured, options, problem)
    names = [] if found_settings.mistakes else setup.set_names(configuration)
    limiter, clock = RateLimiter(), Clock()
    sets = [meta.connect(name, configuration, limiter, clock) for name in names]
    hide(secret for _, client in sets if client for secret in client.credentials.secrets)
    shared = settings.shared_pixels(records)
    # Somebody may have given the id of a pixel as the id of a business.
    all_pixels = list(dict.fromkeys([*pixels, *shared.values(), *businesses]))
    report_progress("Reading tokens")
    sets = [
        (meta.read_token(found, client, all_pixels) if client else found, client)
        for found, client in sets
    ]
    known = dict.fromkeys([*businesses, *(owner for found, _ in sets for owner in found.owners)])
    read: list[SetRead] = []
    for found, client in sets:
        report_progress(f"Reading with credential set {len(read) + 1} of {len(sets)}")
        if client is not None and found.obstacle is None:
            found = meta.read_roles(found, client, [*known])
        read.append(found)
    return Observed(
        now=datetime.fromtimestamp(clock.now(), UTC),
        settings=found_settings,
        sets=tuple(read),
        businesses=tuple(businesses),
        pixels=tuple(pixels),
        shared=shared,
        clock_difference=clock.difference,
    )


def _of_stack(
    stack: str | None, cwd: Path, options: Mapping[str, str | None]
) -> tuple[Mapping[str, ConfiguredValue], list[dict[str, object]], StackError | None]:
    """Return the configuration and the records of a stack, or why no token may be sent."""
    configured: Mapping[str, ConfiguredValue] = {}
    records: list[dict[str, object]] = []
    has_address = bool(options[settings.ADDRESS])
    try:
        if stack is not None:
            configured = pulumi.configuration(stack, cwd, decrypts=True)
        elif not has_address:
            settings.check_selected(cwd)
    except StackError as error:
        return configured, records, error
    try:
        records = settings.resources(stack, cwd) if stack is not None else []
    except StackError as error:
        # The address is in the records, unless an option names it.
        return configured, records, None if has_address else error
    return configured, records, None
