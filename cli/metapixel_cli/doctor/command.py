"""`metapixel doctor`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import partial
from pathlib import Path

import click

from metapixel_cli.arguments import OptionsOnly, folder, graph_api, ids_of, prints
from metapixel_cli.console import for_terminal, status
from metapixel_cli.doctor.judging.catalogue import CHECKS, Category, Check, Need
from metapixel_cli.doctor.judging.report import Overall, Report, judge
from metapixel_cli.doctor.reading import local, meta
from metapixel_cli.doctor.reading.observed import Observed, SetRead
from metapixel_cli.doctor.rendering.json_document import as_json
from metapixel_cli.doctor.rendering.table import as_list, as_table
from metapixel_cli.exits import Exit
from metapixel_cli.secrets import hide
from metapixel_cli.stacks import pulumi, settings
from metapixel_cli.stacks.errors import StackError
from metapixel_cli.stacks.pulumi import ConfiguredValue
from metapixel_provider.connection.configuration import Configuration
from metapixel_provider.errors import ConfigurationError
from metapixel_provider.graph.client import Client
from metapixel_provider.graph.clock import Clock
from metapixel_provider.graph.limits import RateLimiter

#: The names that select checks: a check, or a category for all checks in it.
_SELECTORS = [*(each.value for each in Category), *(check.name for check in CHECKS)]


class _Selector(click.Choice[str]):
    """The name of a check or category. The error omits the value, which can be a pasted token."""

    def __init__(self) -> None:
        super().__init__(_SELECTORS)

    def get_invalid_choice_message(self, value: object, ctx: click.Context | None) -> str:
        meant = "".join(
            f" Did you mean '{each}'?" for each in get_close_matches(str(value), _SELECTORS, n=1)
        )
        return f"this is not the name of a check or category; --list prints the names.{meant}"


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
    "--check",
    "only",
    metavar="NAME",
    type=_Selector(),
    multiple=True,
    help="Name of a check or category to run. Without it, all checks run. Repeatable.",
)
@click.option(
    "--skip",
    metavar="NAME",
    type=_Selector(),
    multiple=True,
    help="Name of a check or category to leave out. Repeatable.",
)
@click.option("--json", "as_document", is_flag=True, help="Print a JSON document.")
@graph_api
@prints("--list", as_list, "Print the names of all checks and exit.")
def doctor_command(
    stack: str | None,
    cwd: Path,
    businesses: tuple[str, ...],
    pixels: tuple[str, ...],
    only: tuple[str, ...],
    skip: tuple[str, ...],
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
      0    no check failed, and each chosen check could run
      1    a check failed
      2    wrong usage
      4    no check failed, but a check could not run
      130  the command was interrupted
    """
    chosen = _chosen(only, skip, {"--business": businesses, "--pixel": pixels})
    options = {settings.ADDRESS: graph_url, settings.VERSION: api_version}
    with status("Reading") as report_progress:
        observed = _observed(chosen, stack, cwd, options, businesses, pixels, report_progress)
    report = judge(observed, chosen)
    if as_document:
        output = as_json(report)
    else:
        output = for_terminal(partial(as_table, report)) or as_table(report)
    click.echo(output.encode("utf-8", errors="replace"), nl=False)
    sys.exit(_exit_code(report))


def _chosen(
    only: Collection[str], skip: Collection[str], given: Mapping[str, Collection[str]]
) -> list[Check]:

    def is_named(check: Check, names: Collection[str]) -> bool:
        return check.name in names or check.category in names

    for check in CHECKS:
        if check.name in only and check.option and not given[check.option]:
            raise click.UsageError(f"the check {check.name} needs the option {check.option}")
    chosen = [
        check
        for check in CHECKS
        if (not only or is_named(check, only))
        and not is_named(check, skip)
        and (not check.option or given[check.option])
    ]
    if not chosen:
        raise click.UsageError("the options leave no check to run; --list prints all checks")
    return chosen


def _observed(
    chosen: Sequence[Check],
    stack: str | None,
    cwd: Path,
    options: Mapping[str, str | None],
    businesses: Sequence[str],
    pixels: Sequence[str],
    report_progress: Callable[[str], None],
) -> Observed:
    needs = frozenset(need for check in chosen for need in check.needs)
    versions = None
    if Need.VERSIONS in needs:
        report_progress("Reading versions")
        versions = local.read_versions()
    may_differ = Need.META in needs and not options[settings.ADDRESS]
    configured, problem = _configured(stack, cwd, may_differ, report_progress)
    values = {key: value.text for key, value in configured.items()}
    values |= {key: value for key, value in options.items() if value}
    if stack is not None and may_differ and problem is None:
        problem = _use_the_address_of_its_resources(values, stack, cwd)
    configuration = Configuration(values.get, os.environ, with_stack=stack is not None)
    clock = Clock()
    found_settings = local.read_settings(configuration, stack or "", configured, options, problem)
    sets: list[tuple[SetRead, Client | None]] = []
    if found_settings.api_version:
        limiter = RateLimiter()
        names = local.set_names(configuration)
        sets = [meta.connect(name, configuration, limiter, clock) for name in names]
        hide(secret for _, client in sets if client for secret in client.credentials.secrets())
    if Need.META in needs:
        for place, (found, client) in enumerate(sets):
            report_progress(f"Reading with credential set {place + 1} of {len(sets)}")
            if client is not None:
                sets[place] = meta.read_set(found, client, businesses, pixels), client
    return Observed(
        now=datetime.fromtimestamp(clock.now(), UTC),
        settings=found_settings,
        versions=versions,
        sets=tuple(found for found, _ in sets),
        businesses=tuple(businesses),
        pixels=tuple(pixels),
        clock_difference=clock.difference,
    )


def _configured(
    stack: str | None,
    cwd: Path,
    may_differ: bool,
    report_progress: Callable[[str], None],
) -> tuple[Mapping[str, ConfiguredValue], StackError | None]:
    """Return the configuration of a stack, or the reason why no token may be sent."""
    try:
        if stack is not None:
            report_progress("Reading the configuration of the stack")
            return pulumi.configuration(stack, cwd, decrypts=True), None
        if may_differ:
            settings.check_selected(cwd)
    except StackError as error:
        return {}, error
    return {}, None


def _use_the_address_of_its_resources(
    values: dict[str, str], stack: str, cwd: Path
) -> StackError | None:
    """Set the address that the resources of a stack use. Return why no token may be sent, if so."""
    try:
        configured = Configuration(values.get, {}).graph_url
        values[settings.ADDRESS] = settings.address(stack, cwd, configured)
    except StackError as error:
        return error
    except ConfigurationError:
        pass  # The check of the settings reports it.
    return None


def _exit_code(report: Report) -> Exit:
    if report.overall is Overall.ERROR:
        return Exit.FAILED
    return Exit.INCOMPLETE if report.overall is Overall.INCOMPLETE else Exit.FINE
