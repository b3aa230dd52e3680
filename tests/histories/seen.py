"""What one command of a history did."""

from __future__ import annotations

from dataclasses import dataclass

from metapixel_simulator.request_log import Entry
from tests.histories.declarations import Program
from tests.histories.estate import Key
from tests.histories.history import Command, Step
from tests.histories.meta import Meta
from tests.support.stack import Run

#: The access that the engine's state may hold, by the names that are in it.
Held = dict[str, set[Key]]


@dataclass(frozen=True)
class Seen:
    """Meta before and after a command, its writes, its output, and the names in the state."""

    step: Step
    before: Meta
    after: Meta
    writes: list[Entry]
    held_before: Held
    known_refusals: set[Key]
    run: Run
    killed: bool
    state: str
    names: set[str]
    takes_several_ups: bool
    hides_ends: bool

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
        return self.ended_well and not self.command.targets and self.command.verb != "refresh"

    @property
    def looked(self) -> bool:
        """Whether the program was applied to what Meta has now, and nothing went wrong."""
        return self.applied and "--refresh" in self.command.flags

    @property
    def applied(self) -> bool:
        """Whether the program was applied, and nothing went wrong.

        With `takes_several_ups`, Meta only adds tasks, its reads lag, or another admin approves.
        """
        calm = not self.step.troubles and not self.takes_several_ups
        return self.whole and self.command.verb == "up" and calm
