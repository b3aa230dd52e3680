"""What one command of a history did."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from metapixel_cli.review.evaluation.review import Review
from metapixel_simulator.request_log import Entry
from tests.histories.estate import Key
from tests.histories.history import Command, Step
from tests.histories.moment import Moment, Record
from tests.histories.program import Program, Share
from tests.support.stack import Run


@dataclass(frozen=True)
class Seen:
    """Meta and the state before and after a command, its writes, and its output.

    `takes_several_ups`: Meta only adds tasks, or brings one that the guide does not include, its
    reads lag, or another admin approves. `ended` are the shares past their last day.
    """

    step: Step
    before: Moment
    after: Moment
    writes: list[Entry]
    run: Run
    killed: bool
    state: str
    takes_several_ups: bool
    ended: tuple[Share, ...] = ()
    acted: frozenset[Key] = frozenset()
    """The access that people changed while the command ran."""
    reviewed: Review | None = None
    """The review of the preview, where the command begins with the same records."""
    released: Set[Key] = frozenset()
    """The access that stays at Meta when its record leaves the state."""

    @property
    def command(self) -> Command:
        return self.step.command

    @property
    def program(self) -> Program:
        return self.step.program

    @property
    def ended_well(self) -> bool:
        return self.run.code == 0 and not self.killed

    @property
    def whole(self) -> bool:
        """Whether the program was applied, or everything destroyed, and that ended well."""
        is_whole = self.command.verb in ("up", "destroy") and not self.command.is_partial
        return self.ended_well and is_whole

    @property
    def looked(self) -> bool:
        """Whether the program was applied to what Meta has now, and nothing went wrong."""
        return self.applied and "--refresh" in self.command.flags

    @property
    def applied(self) -> bool:
        """Whether the program was applied, and nothing went wrong."""
        calm = not (self.step.troubles or self.step.meanwhile or self.takes_several_ups)
        return self.whole and self.command.verb == "up" and calm

    def is_fresh(self, record: Record) -> bool:
        """Whether the command read or sent the share of a record that is in the state after it."""
        refreshes = self.command.verb == "refresh" or "--refresh" in self.command.flags
        if refreshes and self.command.covers(record.name):
            return True
        return all(_read(each) != _read(record) for each in self.before.records)

    @property
    def changed_along(self) -> set[Key]:
        """The shares that people changed meanwhile, or whose request the program answered.

        The request had them before the answer too.
        """
        return {key[:2] for key in self.acted} | {
            (pixel, request.agency)
            for entry in self.writes
            if entry.endpoint == "POST request"
            for when in (self.before, self.after)
            if (request := when.meta.requests.get(entry.node))
            for pixel in request.pixels
        }


def _read(record: Record) -> tuple[object, ...]:
    """What a record has from Meta, or what was sent."""
    names = ("status", "granted_tasks", "pending_request_id", "permitted_tasks")
    return record.id, *(record.outputs.get(name) for name in names)
