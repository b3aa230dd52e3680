"""A run of `metapixel probe`: the probe itself, or the cleanup after an interrupted one."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path

import click

from metapixel_cli import files
from metapixel_cli.arguments import check_credential_set
from metapixel_cli.exits import Exit
from metapixel_cli.probe.calls import Traffic
from metapixel_cli.probe.errors import (
    AwaitsApprovalError,
    NotRestoredError,
    OverBudgetError,
    ProbeRefusedError,
)
from metapixel_cli.probe.experiments import QUESTIONS
from metapixel_cli.probe.journal import ProbeJournal, ProbeTarget
from metapixel_cli.probe.pixel import ProbedPixel
from metapixel_cli.probe.plan import Plan, check_assets, check_empty
from metapixel_cli.probe.questions import NOT_RUN, Result, ask, profile
from metapixel_cli.probe.restoration import restore
from metapixel_cli.stacks import settings
from metapixel_provider.connection.configuration import Configuration
from metapixel_provider.graph.client import Client
from metapixel_provider.graph.clock import Clock

#: Why a probe stopped, without ids, names and tokens.
_STOPPED = {
    KeyboardInterrupt: "the command was interrupted",
    AwaitsApprovalError: "another admin has to approve a write",
    NotRestoredError: "it could not confirm that its last experiment left nothing",
}


@dataclass
class ProbeRun:
    """A run with the options of the command. Both methods return the exit code."""

    pixel: str
    agency: str
    ad_account: str
    credentials: str | None
    agency_credentials: str | None
    only: tuple[str, ...]
    profile_file: Path
    force: bool
    dry_run: bool
    yes: bool
    cleanup: bool
    pause: float
    graph_url: str | None
    api_version: str | None
    journal: ProbeJournal = field(default_factory=ProbeJournal)

    def cleanup_line(self) -> str:
        """Return the command that restores the pixel, with the options that have a value."""
        given = {
            "graph-url": self.graph_url,
            "api-version": self.api_version,
            "credentials": self.credentials,
            "agency-credentials": self.agency_credentials,
        }
        parts = [f"--{name} {shlex.quote(value)}" for name, value in given.items() if value]
        return " ".join(["metapixel probe --cleanup", *parts])

    def probe(self) -> Exit:
        """Print the plan, probe the pixel, and write the profile."""
        url = self.configuration.graph_url
        owner = ""  # Nothing is read yet.
        target = ProbeTarget(self.pixel, owner, self.agency, self.ad_account, url)
        questions = [each for each in QUESTIONS if not self.only or each.name in self.only]
        plan = Plan(target, bool(self.agency_credentials), questions, self.pause, self.profile_file)
        if self.dry_run:
            click.echo(plan.text())
            return Exit.FINE
        files.check([self.profile_file], self.force)
        self._open_journal()  # It refuses a folder with the journal of an earlier probe.
        pixel = self._connect(target)
        names = check_assets(pixel)
        plan = replace(plan, target=pixel.target, related=pixel.related, names=names)
        click.echo(plan.text())
        if plan.impacts:
            if not self.yes:
                _confirm()
            # Until the answer, somebody may have shared the pixel.
            check_empty(pixel)
        pixel.traffic.planned = plan.cost
        return self._ask_and_restore(pixel, plan)

    def clean_up(self) -> Exit:
        """End what an interrupted probe left: the agency's share, permission and requests."""
        target = self._open_journal()
        if target is None:
            click.echo(
                f"There is no journal {self.journal.path}, so nothing is removed. An access report "
                f"of the owner lists what exists."
            )
            return Exit.FINE
        click.echo(
            f"An earlier probe of pixel {target.pixel} with agency {target.agency} is incomplete. "
            f"The command now removes the share and the permission of that probe, and declines "
            f"every open sharing request from business {target.owner} to the agency, even if the "
            f"request is for another pixel. This can take some minutes."
        )
        pixel = self._connect(target)
        # An earlier probe that was killed may not have received the response to its last write.
        pixel.may_lack_response = True
        click.echo(restore(pixel))
        return Exit.FINE

    @cached_property
    def configuration(self) -> Configuration:
        """The configuration of the environment. Raises StackError."""
        return settings.configuration((), [Path()], self.graph_url, self.api_version)

    def _open_journal(self) -> ProbeTarget | None:
        """Return the target of an earlier probe to clean up, or None. Raise ProbeRefusedError."""
        target = self.journal.open()
        if target is None:
            return None
        can_clean_up = self.cleanup and target.graph_url == self.configuration.graph_url
        if not can_clean_up:
            line = replace(self, graph_url=target.graph_url).cleanup_line()
            raise ProbeRefusedError(
                f"The journal {self.journal.path} belongs to an incomplete probe at "
                f"{target.graph_url}; run `{line}`"
            )
        return target

    def _connect(self, target: ProbeTarget) -> ProbedPixel:
        traffic, clock = Traffic(partial(click.echo, err=True)), Clock()
        # If the client repeats a call, the experiment is begun again. So the client gives up soon.
        patience = replace(self.configuration.patience, outage=0.0, first_pause=0.1)

        def client(name: str | None) -> Client:
            check_credential_set(self.configuration, name)
            return self.configuration.client(name, traffic, clock, patience)

        agency = client(self.agency_credentials) if self.agency_credentials else None
        owner = client(self.credentials)
        return ProbedPixel(target, owner, agency, traffic, self.journal, self.pause)

    def _ask_and_restore(self, pixel: ProbedPixel, plan: Plan) -> Exit:
        """Ask the questions, write the results so far, and restore the pixel."""
        results: list[Result] = []
        stopped: BaseException | None = None
        try:
            stopped = self._ask(pixel, plan, results)
            code = self._write_profile(results)
        finally:
            unconfirmed = restore(pixel)
            if unconfirmed:
                click.echo(unconfirmed)
            elif stopped:
                click.echo("The pixel is restored.")
        if isinstance(stopped, KeyboardInterrupt):
            raise stopped
        # `_ask` has reported every other reason to stop, and the profile has it too.
        return code

    def _ask(self, pixel: ProbedPixel, plan: Plan, results: list[Result]) -> BaseException | None:
        """Add a result for each question. Return the error that stopped the probe, if any."""
        try:
            for question in plan.questions:
                if missing := plan.missing(question):
                    result = Result(question, NOT_RUN, f"this needs {missing}")
                else:
                    result = ask(pixel, question)
                results.append(result)
                click.echo(result.text())
        except (KeyboardInterrupt, NotRestoredError, OverBudgetError) as error:
            why = _STOPPED.get(type(error), str(error))
            click.echo(f"The probe stops: {why}.", err=True)
            if isinstance(error, KeyboardInterrupt) and self.journal.exists:
                click.echo("Interrupted; another Ctrl-C leaves the pixel changed.", err=True)
            unasked = plan.questions[len(results) :]
            text = f"the probe stopped before: {why}"
            results += [Result(question, NOT_RUN, text) for question in unasked]
            return error
        return None

    def _write_profile(self, results: Sequence[Result]) -> Exit:
        text = profile(datetime.now(UTC).date(), self.configuration.api_version, results)
        files.write({self.profile_file: text}, self.force)
        without_result = [each.question.name for each in results if each.proof is None]
        listed = ", ".join(without_result) or "none"
        click.echo(f"Wrote {self.profile_file}. Questions without a result: {listed}.")
        return Exit.FOUND if without_result else Exit.FINE


def _confirm() -> None:
    """Ask whether to begin. Raise ProbeRefusedError unless the user types yes."""
    try:
        if click.confirm("Begin?"):
            return
    except click.Abort as abort:
        click.echo()
        was_interrupted = isinstance(abort.__context__, KeyboardInterrupt)
        if was_interrupted:
            raise KeyboardInterrupt from None
    raise ProbeRefusedError("Nothing was written. To skip this confirmation, add --yes")
