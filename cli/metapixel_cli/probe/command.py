"""`metapixel probe`."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import NoReturn

import click

from metapixel_cli.arguments import OptionsOnly, ad_account_id, graph_api, meta_id
from metapixel_cli.exits import Exit, fail, termination_as_interrupt
from metapixel_cli.probe.errors import AwaitsApprovalError, NotRestoredError
from metapixel_cli.probe.experiments import ASKED
from metapixel_cli.probe.run import ProbeRun

_WHILE_AWAITING_APPROVAL = (
    "in Business Settings, this admin has to reject the waiting shares and permissions of the "
    "pixel, and to approve its waiting removals; then "
)


def _checked_id(_: click.Context, param: click.Parameter, value: str | None) -> str:
    """Return an id as digits, or an empty string without the option. Raises BadParameter."""
    if not value:
        return ""
    if param.name == "ad_account":
        return ad_account_id(value)
    return meta_id(value)


@click.command("probe", cls=OptionsOnly)
@click.option("--pixel", callback=_checked_id, help="Id of a spare pixel, which nobody uses.")
@click.option("--agency", callback=_checked_id, help="Id of a business to share the pixel with.")
@click.option("--ad-account", callback=_checked_id, help="Id of an ad account of the agency.")
@click.option("--credentials", help="Name of the owner's credential set, instead of the default.")
@click.option(
    "--agency-credentials",
    help="Name of the agency's credential set. Without it, the probe opens no sharing request.",
)
@click.option(
    "--only",
    type=click.Choice(ASKED),
    multiple=True,
    help="Question to ask. Without this option, the probe asks all questions. Repeatable.",
)
@click.option(
    "--profile",
    "profile_file",
    type=click.Path(dir_okay=False, path_type=Path),
    default="profile.yaml",
    show_default=True,
    help="File that receives the results.",
)
@click.option("--force", is_flag=True, help="Replace an existing profile.")
@click.option("--dry-run", is_flag=True, help="Print the plan and exit, without any call.")
@click.option("--yes", is_flag=True, help="Do not ask before the first write.")
@click.option(
    "--cleanup",
    is_flag=True,
    help="Only restore the pixel of an interrupted probe, which left a journal in this folder.",
)
@click.option(
    "--pause",
    type=click.FloatRange(0),
    default=1.0,
    show_default=True,
    help="Seconds between two reads of the same thing.",
)
@graph_api
def probe_command(**options: object) -> None:
    """Find out how Meta behaves where its documentation leaves a question open.

    The command shares a spare pixel with an agency in several ways and removes everything again.
    It asks before its first write. The tokens come from the environment, for example from
    META_ACCESS_TOKEN.

    \b
    Exit codes
      0    every question has a result
      1    the command failed or refused the pixel, and wrote no profile
      2    wrong usage
      3    a question has no result
      4    the restoration is not confirmed: run the command again with --cleanup
      130  the command was interrupted, and the pixel has no access that the probe granted
    """
    if options["cleanup"] and options["dry_run"]:
        raise click.UsageError("--cleanup and --dry-run exclude each other")
    if not options["cleanup"] and not (options["pixel"] and options["agency"]):
        raise click.UsageError("--pixel and --agency are required, except with --cleanup")
    run = ProbeRun(**options)  # type: ignore[arg-type]
    try:
        with termination_as_interrupt(), closing(run.journal):
            result = run.clean_up() if run.cleanup else run.probe()
    except KeyboardInterrupt:
        if run.journal.path.exists():
            _fail_unrestored("the command was interrupted", run)
        fail(Exit.INTERRUPTED, "Interrupted; no share, permission or open request is left")
    except NotRestoredError as error:
        awaits_approval = isinstance(error, AwaitsApprovalError)
        _fail_unrestored(str(error), run, _WHILE_AWAITING_APPROVAL if awaits_approval else "")
    sys.exit(result)


def _fail_unrestored(why: str, run: ProbeRun, first_step: str = "") -> NoReturn:
    error = f"It is not confirmed that everything is restored ({why})"
    fail(Exit.INCOMPLETE, f"Error: {error}; {first_step}run `{run.cleanup_line()}`")
