"""One command, played again and again, each time killed at another call to Meta."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

from metapixel_simulator import Simulator
from tests.support.processes import Kill
from tests.support.stack import Stack


class Rehearsal:
    """Plays one command again and again, each time killed one call later."""

    def __init__(self, stack: Stack, sim: Simulator) -> None:
        self.stack = stack
        self.sim = sim
        shutil.copytree(stack.home / "backend", stack.home / "first")

    def start_again(self) -> None:
        """An empty stack and the first world."""
        self.sim.reset()
        shutil.rmtree(self.stack.home / "backend")
        shutil.copytree(self.stack.home / "first", self.stack.home / "backend")

    def kills(
        self,
        phase: str,
        what: str,
        *command: str,
        before: Callable[[], object] = lambda: None,
        **environment: str,
    ) -> Iterator[Kill]:
        """Every kill there is, the stack unlocked after each; ends after a run nobody killed."""
        for call in range(1, 100):
            kill = self.kill(call, phase, what, *command, before=before, **environment)
            if kill is None:
                assert call > 5
                return
            yield kill
        raise AssertionError("each of 99 commands was killed")

    def kill(
        self,
        call: int,
        phase: str,
        what: str,
        *command: str,
        before: Callable[[], object] = lambda: None,
        **environment: str,
    ) -> Kill | None:
        """A kill at this call, the stack unlocked after it. None if the run makes fewer calls."""
        self.start_again()
        before()
        kill = Kill(call, phase, what)
        run = kill.run(self.stack, self.sim, *command, **environment)
        if not kill.killed:
            assert run.code == 0, run.output
            return None
        assert run.code != 0
        if what == "command":
            # What the engine asks for: the dead command still holds the stack's lock.
            self.stack.pulumi("cancel", "--yes")
        return kill
