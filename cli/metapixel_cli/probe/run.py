"""A run of `metapixel probe`: the probe itself, or the cleanup after an interrupted one."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import IntEnum
from functools import partial
from pathlib import Path

import click

from metapixel_cli import files
from metapixel_cli.arguments import check_credential_set
from metapixel_cli.probe import restoration
from metapixel_cli.probe.calls import Calls
from metapixel_cli.probe.checks import check, check_empty, owner_of
from metapixel_cli.probe.errors import NotRestoredError, RefusedError
from metapixel_cli.probe.experiments import QUESTIONS
from metapixel_cli.probe.journal import Journal, Target, UnreadableError, opened
from metapixel_cli.probe.pixel import Pixel
from metapixel_cli.probe.plan import Plan
from metapixel_cli.probe.probe import Acts, findings, restore
from metapixel_cli.probe.profile import Finding, Played, Profile
from metapixel_cli.probe.questions import Question
from metapixel_cli.stacks import settings
from metapixel_provider.connection.clients import Clients
from metapixel_provider.connection.configuration import Configuration
from metapixel_provider.errors import MetaPixelError
from metapixel_provider.graph.limits import RateLimiter

JOURNAL, ACTS = "metapixel-probe.journal", "acts"


class Exit(IntEnum):
    """The exit codes of the command. click also uses 2, for wrong usage."""

    FINE = 0
    FAILED = 1
    UNANSWERED = 3
    NOT_RESTORED = 4
    INTERRUPTED = 130


@dataclass
class Run:
    """A run with the options of the command. Both methods return the exit code."""

    pixel: str
    agency: str
    ad_account: str
    credentials: str | None
    agency_credentials: str | None
    silent_for: int | None
    only: tuple[str, ...]
    without: tuple[str, ...]
    profile_file: Path
    force: bool
    dry_run: bool
    yes: bool
    no_request_has_this_pixel: bool
    cleanup: bool
    journal_file: Path
    pause: float
    graph_url: str | None
    api_version: str | None
    _journals: list[Journal] = field(default_factory=list)

    def close(self) -> None:
        """Release the locks. A journal that is left stays."""
        for journal in self._journals:
            journal.close()

    def cleanup_line(self) -> str:
        """Return the command that restores the pixel, with the options that have a value."""
        given = {
            "graph-url": self.graph_url,
            "api-version": self.api_version,
            "credentials": self.credentials,
            "agency-credentials": self.agency_credentials,
            "journal": str(self.journal_file) if str(self.journal_file) != JOURNAL else None,
        }
        parts = (f"--{name} {shlex.quote(value)}" for name, value in given.items() if value)
        return " ".join(["metapixel probe --cleanup", *parts])

    def probe(self) -> Exit:
        """Print the plan, probe the pixel, and write the profile."""
        configuration = settings.configuration(None, Path(), self.graph_url, self.api_version)
        plan = self._plan(self._target(configuration))
        if self.dry_run:
            click.echo(plan.text())
            return Exit.FINE
        files.check([self.profile_file], self.force)
        if left := self._left(configuration):
            self._end(configuration, left, agreed=self.yes)
        pixel = self._owned(configuration)
        check(pixel, datetime.now(UTC), self.silent_for)
        others = pixel.all_requests() if plan.effects else frozenset()
        names, related = pixel.names(), pixel.related
        plan = replace(plan, target=pixel.target, related=related, names=names, others=others)
        click.echo(plan.text())
        if plan.effects:
            self._agree(plan)
            check_empty(pixel)
        results = None
        try:
            results = self._results(configuration, pixel, plan.questions)
        except KeyboardInterrupt:
            if pixel.journal.exists:
                _progress(
                    "Interrupted; the pixel is being restored. Another Ctrl-C ends this and leaves "
                    "the pixel changed"
                )
        finally:
            if unconfirmed := restore(pixel, _progress):
                click.echo(unconfirmed)
        if results is None:
            click.echo(_interrupted(pixel), err=True)
            return Exit.INTERRUPTED
        return self._written(results)

    def clean_up(self) -> Exit:
        """End what an interrupted probe left. Without its journal, list it."""
        configuration = settings.configuration(None, Path(), self.graph_url, self.api_version)
        has_ids = bool(self.pixel and self.agency)
        try:
            left = self._left(configuration)
        except UnreadableError as error:
            if not has_ids:
                raise
            click.echo(f"Error: {error}", err=True)
            left = None
        if left:
            self._end(configuration, left, agreed=True)
            return Exit.FINE
        click.echo("Without the journal of a probe, nothing is removed.")
        if has_ids:
            return self._listed(configuration)
        click.echo("To list what exists, add --pixel and --agency.")
        return Exit.FINE

    def _target(self, configuration: Configuration) -> Target:
        ids = (self.pixel, "", self.agency, self.ad_account)
        return Target(*ids, configuration.graph_url, configuration.api_version)

    def _wants(self, name: str) -> bool:
        return (not self.only or name in self.only) and name not in self.without

    def _plan(self, target: Target) -> Plan:
        """Return the plan, without the names and numbers that have to be read."""
        questions = [each for each in QUESTIONS if self._wants(each.name)]
        has_agency, with_acts = bool(self.agency_credentials), self._wants(ACTS)
        paths = (self.profile_file, self.journal_file)
        return Plan(target, has_agency, questions, with_acts, self.pause, *paths)

    def _left(self, configuration: Configuration) -> Journal | None:
        """Return the journal of an interrupted run. Raise RefusedError if it cannot be used."""
        journal = opened(self.journal_file)
        if journal is None:
            return None
        self._journals.append(journal)
        probed = journal.target.graph_url
        if probed != configuration.graph_url:
            line = replace(self, graph_url=probed).cleanup_line()
            raise RefusedError(
                f"The journal {journal.path} belongs to an incomplete probe at {probed}, and not "
                f"at {configuration.graph_url}; run `{line}`"
            )
        return journal

    def _pixel(self, configuration: Configuration, journal: Journal) -> Pixel:
        limiter = RateLimiter(partial(click.echo, err=True))

        def calls(name: str | None) -> Calls:
            check_credential_set(configuration, name)
            return Calls(configuration, configuration.sets.credentials(name), limiter)

        self._journals.append(journal)
        agency = calls(self.agency_credentials) if self.agency_credentials else None
        owner = calls(self.credentials)
        return Pixel(journal.target, owner, agency, journal, pause=self.pause)

    def _owned(self, configuration: Configuration) -> Pixel:
        """Return the pixel of the options, with its owner."""
        target = self._target(configuration)
        pixel = self._pixel(configuration, Journal(self.journal_file, target))
        pixel.target = pixel.journal.target = replace(target, owner=owner_of(pixel))
        return pixel

    def _agree(self, plan: Plan) -> None:
        """Ask for the agreement to write, and about the requests to other agencies."""
        if not self.yes:
            _ask("Begin?", "Nothing was written. To skip this confirmation, add --yes")
        if plan.others and not self.no_request_has_this_pixel:
            refusal = (
                "Nothing was written, because a request may have the pixel: check them in Business "
                "Settings, then add --no-request-has-this-pixel"
            )
            if self.yes:
                raise RefusedError(refusal)
            _ask(f"Does none of these {len(plan.others)} requests have this pixel?", refusal)

    def _results(
        self, configuration: Configuration, pixel: Pixel, questions: Sequence[Question]
    ) -> Profile:
        found = findings(pixel, questions, _report)
        today = datetime.now(UTC).date()
        profile = Profile(today, configuration.api_version, pixel.usage, found)
        if not self._wants(ACTS):
            return profile
        clients = Clients(configuration, partial(click.echo, err=True))
        acts = Acts(clients, self.credentials, self.agency_credentials)
        return replace(profile, acts=acts.play(pixel, profile, _report_act))

    def _written(self, profile: Profile) -> Exit:
        try:
            files.write({self.profile_file: profile.text()}, self.force)
        except files.FilesError as error:
            click.echo(profile.text())
            raise files.FilesError(f"{error}; the output above contains the profile") from None
        click.echo(f"Wrote {self.profile_file}. {_summary(profile)}")
        return Exit.UNANSWERED if profile.unanswered or profile.differing else Exit.FINE

    def _end(self, configuration: Configuration, journal: Journal, agreed: bool) -> None:
        """End what is between the owner and the agency, and list what else is on the pixel."""
        target = journal.target
        left = f"An earlier probe of pixel {target.pixel} with agency {target.agency} is incomplete"
        click.echo(
            f"{left}. The command now removes the share and the permission of that probe, and "
            f"declines every open sharing request from business {target.owner} to the agency, even "
            f"if the request is for another pixel. This can take some minutes."
        )
        if not agreed:
            _ask("Begin?", f"The pixel is not restored; run `{self.cleanup_line()}`")
        pixel = self._pixel(configuration, journal)
        pixel.unsure = pixel.unopposed = True
        with suppress(MetaPixelError):
            pixel.related = pixel.is_related()
        try:
            strange = list(restoration.strange(pixel))
        except MetaPixelError as error:
            raise NotRestoredError(str(error)) from None
        click.echo(restore(pixel, _progress))
        for each in strange:
            click.echo(f"The pixel also has {each}, which the command did not remove.")

    def _listed(self, configuration: Configuration) -> Exit:
        """List what is between the owner and the agency, and remove nothing."""
        pixel = self._owned(configuration)
        found = [*restoration.listed(pixel), *restoration.strange(pixel)]
        click.echo(f"For pixel {pixel.target.pixel}, Meta lists:")
        for each in found or ["no share, no permission and no open request of these businesses"]:
            click.echo(f"  - {each}")
        click.echo(
            "Remove what a probe left in Business Settings. Meta does not list writes that wait "
            "for another admin, so look there under Requests too."
        )
        return Exit.NOT_RESTORED if found else Exit.FINE


def _report(finding: Finding) -> None:
    answer = finding.answer
    shown = str(answer).lower() if isinstance(answer, bool) else str(answer)
    result = f"{finding.verdict}" if answer is None else f"{shown} ({finding.verdict})"
    click.echo(f"{finding.question.name}: {result}: {finding.seen}")


def _report_act(played: Played) -> None:
    result = played.reason or f"{len(played.meta)} steps"
    click.echo(f"act {played.act}: {played.verdict}: {result}")
    for step, sides in played.differences.items():
        click.echo(f"  {step}: {sides['meta']} at Meta, {sides['simulator']} at the simulator")


def _summary(profile: Profile) -> str:
    unanswered = ", ".join(each.question.name for each in profile.unanswered) or "none"
    differing = ", ".join(each.act for each in profile.differing) or "none"
    return f"Questions without an answer: {unanswered}. Acts with other results: {differing}."


def _ask(question: str, refusal: str) -> None:
    """Ask a question. Raise RefusedError if the answer is not yes."""
    try:
        if click.confirm(question):
            return
    except click.Abort as abort:
        click.echo()
        if isinstance(abort.__context__, KeyboardInterrupt):
            raise KeyboardInterrupt from None
    raise RefusedError(refusal)


def _progress(text: str) -> None:
    click.echo(f"{text}.", err=True)


def _interrupted(pixel: Pixel) -> str:
    target = pixel.target
    relationship = (
        f" Agency {target.agency} now works with business {target.owner}, because its approval of "
        f"a request was sent."
        if pixel.approved
        else ""
    )
    ended = " Requests that have ended stay listed." if pixel.requests else ""
    return (
        f"Meta lists no share, permission or open request for pixel {target.pixel}, and no profile "
        f"was written.{ended}{relationship}"
    )
