"""`metapixel probe`."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from enum import IntEnum
from functools import partial
from pathlib import Path
from typing import NoReturn

import click

from metapixel_cli import files
from metapixel_cli.arguments import (
    OptionsOnly,
    ad_account_id,
    check_credential_set,
    graph_api,
    meta_id,
)
from metapixel_cli.interrupts import termination_as_interrupt
from metapixel_cli.probe.bench import Bench
from metapixel_cli.probe.calls import Calls
from metapixel_cli.probe.errors import AwaitsApprovalError, NotRestoredError, RefusedError
from metapixel_cli.probe.journal import Journal, Target, load
from metapixel_cli.probe.lock import held
from metapixel_cli.probe.plan import plan, writes
from metapixel_cli.probe.probe import check, findings, owner_of, restore
from metapixel_cli.probe.profile import Finding, Profile
from metapixel_cli.probe.questions import ASKED, QUESTIONS
from metapixel_cli.stacks import settings
from metapixel_cli.stacks.errors import StackError
from metapixel_provider.errors import MetaPixelError
from metapixel_provider.graph.limits import RateLimiter

_JOURNAL = "metapixel-probe.journal"


class Exit(IntEnum):
    """The exit codes of the command. click also uses 2, for wrong usage."""

    FINE = 0
    FAILED = 1
    UNANSWERED = 3
    NOT_RESTORED = 4
    INTERRUPTED = 130


def _id(ctx: click.Context, param: click.Parameter, value: str | None) -> str:
    form = ad_account_id if param.name == "ad_account" else meta_id
    return form(value) if value else ""


@click.command("probe", cls=OptionsOnly)
@click.option("--pixel", callback=_id, help="Id of a spare pixel, which nobody uses.")
@click.option("--agency", callback=_id, help="Id of a business to share the pixel with.")
@click.option("--ad-account", callback=_id, help="Id of an ad account of the agency.")
@click.option("--credentials", help="Name of the owner's credential set, instead of the default.")
@click.option(
    "--agency-credentials",
    help="Name of the agency's credential set. Without it, the probe opens no sharing request.",
)
@click.option(
    "--silent-for",
    type=click.IntRange(1),
    metavar="DAYS",
    help="Accept a pixel whose last event is at least this number of days old.",
)
@click.option(
    "--only",
    type=click.Choice(ASKED),
    multiple=True,
    help="Question to answer, instead of all. Repeatable.",
)
@click.option(
    "--profile",
    "profile_file",
    type=click.Path(dir_okay=False, path_type=Path),
    default="profile.yaml",
    show_default=True,
    help="File to write the answers to.",
)
@click.option("--force", is_flag=True, help="Replace an existing profile.")
@click.option("--dry-run", is_flag=True, help="Check the pixel, print the plan and exit.")
@click.option("--yes", is_flag=True, help="Do not ask before the first write.")
@click.option("--cleanup", is_flag=True, help="Only restore the pixel of an interrupted probe.")
@click.option(
    "--journal",
    "journal_file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=_JOURNAL,
    show_default=True,
    help="File that lists the writes of the probe until the pixel is restored.",
)
@click.option(
    "--pause",
    type=click.FloatRange(0),
    default=1.0,
    show_default=True,
    help="Seconds between two reads of the same thing.",
)
@graph_api
def probe_command(
    pixel: str,
    agency: str,
    ad_account: str,
    credentials: str | None,
    agency_credentials: str | None,
    silent_for: int | None,
    only: tuple[str, ...],
    profile_file: Path,
    force: bool,
    dry_run: bool,
    yes: bool,
    cleanup: bool,
    journal_file: Path,
    pause: float,
    graph_url: str | None,
    api_version: str | None,
) -> None:
    """Find out how Meta behaves where its documentation leaves a question open.

    The command shares a spare pixel with an agency in several ways and removes everything again.
    It asks before its first write. The tokens come from the environment, for example from
    META_ACCESS_TOKEN.

    \b
    Exit codes
      0    every question that a probe can answer is answered
      1    the command failed or refused the pixel, and wrote no profile
      2    wrong usage
      3    the profile lists questions without an answer, with the reasons
      4    the restoration is not confirmed: run the command again with --cleanup
      130  the command was interrupted, and the pixel has no access that the probe granted
    """
    options = {
        "graph-url": graph_url,
        "credentials": credentials,
        "agency-credentials": agency_credentials,
        "journal": str(journal_file) if str(journal_file) != _JOURNAL else None,
    }
    cleanup_line = _cleanup_line(options)
    if not cleanup and not (pixel and agency):
        raise click.UsageError("--pixel and --agency are required, except with --cleanup")
    try:
        with termination_as_interrupt(), _alone(journal_file):
            if not cleanup and not dry_run:
                files.check([profile_file], force)
            configuration = settings.configuration(None, Path(), graph_url, api_version)
            for name in (credentials, agency_credentials or None):
                check_credential_set(configuration, name)
            limiter = RateLimiter(partial(click.echo, err=True))
            owner = Calls(configuration, configuration.sets.credentials(credentials), limiter)
            other = None
            if agency_credentials:
                found = configuration.sets.credentials(agency_credentials)
                other = Calls(configuration, found, limiter)
            old = load(journal_file)
            if old:
                _check_address(old, configuration.graph_url, options)
                bench = Bench(old.target, owner, other, old, pause=pause)
                _clean_up(bench, cleanup or yes, dry_run, cleanup_line)
            if cleanup:
                if not old:
                    click.echo(f"There is no journal {journal_file}.")
                return
            unknown = Target(pixel, "", agency, ad_account, configuration.graph_url)
            bench = Bench(unknown, owner, other, Journal(journal_file, unknown), pause=pause)
            bench.target = replace(unknown, owner=owner_of(bench))
            bench.journal = Journal(journal_file, bench.target)
            check(bench, datetime.now(UTC), silent_for)
            asked = [each for each in QUESTIONS if not only or each.name in only]
            click.echo(plan(bench, asked, profile_file))
            if dry_run:
                return
            if not yes and writes(bench, asked):
                _ask("The probe has written nothing; to begin without the question, add --yes")
            found_all = None
            try:
                found_all = findings(bench, asked, _report)
            except KeyboardInterrupt:
                if journal_file.exists():
                    _progress(
                        "Interrupted; the pixel is being restored. Another Ctrl-C ends this and "
                        "leaves the pixel changed"
                    )
            finally:
                restore(bench, _progress)
                if bench.may_wait:
                    click.echo(_unlisted(bench))
            if found_all is None:
                _fail(Exit.INTERRUPTED, _interrupted(bench))
            today = datetime.now(UTC).date()
            profile = Profile(today, configuration.api_version, bench.usage, found_all)
            files.write({profile_file: profile.text()}, force)
    except KeyboardInterrupt:
        if journal_file.exists():
            _not_restored("the command was interrupted", cleanup_line)
        _fail(Exit.INTERRUPTED, "Interrupted; no profile was written")
    except AwaitsApprovalError as error:
        _awaits_approval(error.left, cleanup_line)
    except NotRestoredError as error:
        _not_restored(str(error), cleanup_line)
    except (MetaPixelError, RefusedError, StackError, files.FilesError) as error:
        _fail(Exit.FAILED, f"Error: {error}")
    click.echo(f"Wrote {profile_file}. {_answered(profile)}")
    if profile.unanswered:
        sys.exit(Exit.UNANSWERED)


def _cleanup_line(options: Mapping[str, str | None]) -> str:
    """Return the command that restores the pixel, with the options that have a value."""
    given = (f"--{name} {shlex.quote(value)}" for name, value in options.items() if value)
    return " ".join(["metapixel probe --cleanup", *given])


def _alone(journal: Path) -> AbstractContextManager[None]:
    """Hold the lock of a journal. Raise RefusedError if another run holds it."""
    return held(
        journal.with_name(f"{journal.name}.lock"),
        f"Another run uses the journal {journal}; wait until it has ended, or name another file "
        f"with --journal",
        "name a file in another folder with --journal",
    )


def _check_address(journal: Journal, graph_url: str, options: Mapping[str, str | None]) -> None:
    """Raise RefusedError if the journal is of a probe of another Graph API or simulator."""
    probed = journal.target.graph_url
    if probed != graph_url:
        cleanup_line = _cleanup_line({**options, "graph-url": probed})
        raise RefusedError(
            f"The journal {journal.path} belongs to an incomplete probe at {probed}, and not at "
            f"{graph_url}; run `{cleanup_line}`, or name another file with --journal"
        )


def _clean_up(bench: Bench, agreed: bool, dry_run: bool, cleanup_line: str) -> None:
    """Restore the pixel after an earlier run. Raise RefusedError in a dry run."""
    target = bench.target
    left = f"An earlier probe of pixel {target.pixel} with agency {target.agency} is incomplete"
    if dry_run:
        raise RefusedError(f"{left}; run `{cleanup_line}` first")
    click.echo(
        f"{left}. The command now removes the share and the permission of that probe, and declines "
        f"every open sharing request from business {target.owner} to the agency, even if the "
        f"request is for another pixel. This can take some minutes."
    )
    if not agreed:
        _ask(f"The pixel is not restored; run `{cleanup_line}`")
    restore(bench, _progress)
    click.echo(_unlisted(bench) if bench.may_wait else "Everything is restored.")


def _unlisted(bench: Bench) -> str:
    permission = ", and may not list a permission that still exists"
    return (
        "Everything that Meta lists is restored. Meta does not list writes that wait for another "
        f"admin{permission if bench.may_be_permitted else ''}: check in Business Settings that "
        f"nothing is left for pixel {bench.target.pixel}."
    )


def _report(finding: Finding) -> None:
    if finding.question.experiment is None:
        return
    answer = finding.answer
    shown = str(answer).lower() if isinstance(answer, bool) else str(answer)
    result = f"{shown} ({finding.verdict})" if finding.is_answer else f"{finding.verdict}"
    click.echo(f"{finding.question.name}: {result}: {finding.seen}")


def _answered(profile: Profile) -> str:
    asked = sum(each.question.experiment is not None for each in profile.findings)
    unanswered = ", ".join(each.question.name for each in profile.unanswered)
    rest = f"; without an answer: {unanswered}" if unanswered else ""
    return f"Questions with an answer: {asked - len(profile.unanswered)} of {asked}{rest}."


def _ask(refusal: str) -> None:
    """Ask for the agreement to write. Exit with a sentence without it."""
    try:
        if click.confirm("Begin?"):
            return
    except click.Abort as abort:
        click.echo()
        if isinstance(abort.__context__, KeyboardInterrupt):
            raise KeyboardInterrupt from None
    _fail(Exit.FAILED, refusal)


def _progress(text: str) -> None:
    click.echo(f"{text}.", err=True)


def _interrupted(bench: Bench) -> str:
    relationship = (
        f" Agency {bench.target.agency} now works with business {bench.target.owner}, because its "
        f"approval of a request was sent."
        if bench.approved
        else ""
    )
    ended = " Requests that have ended stay listed." if bench.journal.requests else ""
    return (
        f"Meta lists no share, permission or open request for pixel {bench.target.pixel}, and no "
        f"profile was written.{ended}{relationship}"
    )


def _not_restored(why: str, cleanup_line: str) -> NoReturn:
    _fail(
        Exit.NOT_RESTORED,
        f"Error: It is not confirmed that everything is restored ({why}); run `{cleanup_line}`",
    )


def _awaits_approval(left: str, cleanup_line: str) -> NoReturn:
    rest = f"{left[0].upper()}{left[1:]}. " if left else ""
    _fail(
        Exit.NOT_RESTORED,
        f"Error: Another admin has to approve the writes of the probe, so no profile was written, "
        f"and it is not confirmed that everything is restored. {rest}In Business Settings, this "
        f"admin has to reject the waiting shares and permissions of the pixel, and to approve its "
        f"waiting removals; then run `{cleanup_line}`",
    )


def _fail(code: Exit, message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(code)
