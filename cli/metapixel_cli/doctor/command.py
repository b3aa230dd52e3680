"""`metapixel doctor`."""

from __future__ import annotations

import sys
from functools import partial

import click

from metapixel_cli.arguments import OptionsOnly, folder, graph_api, ids_of
from metapixel_cli.console import status, terminal_output
from metapixel_cli.doctor.check_results import ResultKind
from metapixel_cli.doctor.report import SKIPPABLE, Diagnosis
from metapixel_cli.doctor.table import as_table
from metapixel_cli.exits import Exit, show
from metapixel_cli.schema import as_json

_CODES = {ResultKind.ERROR: Exit.FAILED, ResultKind.NOT_RUN: Exit.INCOMPLETE}


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
    type=click.Choice(SKIPPABLE),
    multiple=True,
    help="Name of a check, or of an operation whose scopes are not necessary: share, answer, "
    "permit or delete. Repeatable.",
)
@click.option("--all", "has_all", is_flag=True, help="Print a row for each check that works too.")
@click.option("--json", "as_document", is_flag=True, help="Print a JSON document.")
@graph_api
def doctor_command(has_all: bool, as_document: bool, **options: object) -> None:
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
    with status("Reading"):
        report = Diagnosis(**options).report()  # type: ignore[arg-type]
    if as_document:
        show(as_json(report))
    else:
        show(terminal_output(partial(as_table, report, has_all)))
    sys.exit(_CODES.get(report.result, Exit.FINE))
