"""Plays a history on the real engine and stops at the first thing that is wrong."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from pathlib import Path

from metapixel_simulator import Simulator
from tests.histories.decisions import on_other_tasks, on_refused_requests
from tests.histories.declarations import Program
from tests.histories.estate import CONFIGURATION, ENVIRONMENT, begin
from tests.histories.history import ByHand, Command, History, Killed, Step
from tests.histories.ledger import Ledger
from tests.histories.meta import Meta
from tests.histories.oracle import differences, judge
from tests.histories.people import act, half_a_day_passes
from tests.histories.seen import Seen
from tests.histories.trouble import is_write, troubled
from tests.settings.settings import Setting, environment, refusals, resolve
from tests.support.processes import Kill, is_plugin, wait_until
from tests.support.stack import Run, Stack

#: `up --refresh` at the end of a history: to continue after the last trouble, and to decide.
_ATTEMPTS = 4


#: With this flag the engine may wait for ever once a resource failed, with no call to the provider
#: open; see https://github.com/pulumi/pulumi/issues/16373.
_MAY_HANG = "--continue-on-error"
#: What the engine says of a state that a command with aliases broke when it failed; see
#: https://github.com/pulumi/pulumi/issues/13848.
_BROKEN_STATE = "snapshot integrity"


class EngineError(Exception):
    """A defect of the engine, after which no command can continue the history."""


class WrongError(AssertionError):
    """Something is wrong; the message has the history so far and all that is known."""


class Player:
    """Plays one history on a stack of its own in a folder."""

    def __init__(self, sim: Simulator, folder: Path, history: History) -> None:
        self.sim = sim
        self.history = history
        self.ledger = Ledger()
        self.log: list[str] = []
        #: The rounds of `up --refresh` that the end took.
        self.attempts = 0
        #: The documented refusals of the setting that commands met.
        self.refused: set[Setting] = set()
        #: The defect of the engine that ended the history early.
        self.cut_short = ""
        self._written: Program | None = None
        self._applied: Program | None = None
        begin(sim, history.foreign_requests)
        sim.set(**history.switches)
        self.stack = Stack(
            folder,
            config={"metapixel:graphUrl": sim.url, **CONFIGURATION},
            environment=ENVIRONMENT | environment(history.switches, ENVIRONMENT),
        )

    def play(self) -> None:
        """The steps, then the end. Raises WrongError."""
        self.log += self.history.setting()
        try:
            self._play()
        except EngineError as error:
            self.cut_short = str(error)
            self.log.append(f"ended early: {error}")

    def _play(self) -> None:
        for number, step in enumerate(self.history.steps, 1):
            self.log.append(f"step {number}")
            self._step(step)
        self._end(self.history.steps[-1].program)

    def _end(self, program: Program) -> None:
        """Runs what a person would until Meta has what is declared; then destroys that.

        If Meta still refuses that under the setting, as is documented, the refusal is resolved, and
        the person tries again.
        """
        self.log.append("the end: nothing goes wrong any more")
        for reach in (self._apply, self._destroy):
            run, wrong = reach(program)
            if wrong and self._resolves(run):
                run, wrong = reach(program)
            if wrong:
                raise self._error(wrong, run)

    def _resolves(self, run: Run) -> bool:
        resolved = resolve(self.sim, refusals(self.history.switches, run))
        self.log += [f"    (resolved: {name}={value})" for name, value in resolved]
        return bool(resolved) or self._cancels(run)

    def _cancels(self, run: Run) -> bool:
        """Cancel the requests that an error asks to cancel."""
        named = re.findall(r"Sharing request ([\d, ]+) could not be withdrawn", run.output)
        requests = [each for each in self.sim.open_requests() if each.id in ", ".join(named)]
        for request in requests:
            action = ByHand("cancel", next(iter(request.pixels)), request.agency)
            self.log.append(f"    {action}")
            act(self.sim, self.ledger, action, self._applied)
        return bool(requests)

    def _apply(self, program: Program) -> tuple[Run, list[str]]:
        decisions = iter((on_other_tasks, on_refused_requests))
        for attempt in range(_ATTEMPTS):
            self.attempts = attempt + 1
            run = self._step(Step(program, Command(flags=("--refresh",))))
            wrong = self._wrong_at_the_end(run, program)
            if not wrong:
                break
            if run.code != 0:
                program = next(decisions, on_refused_requests)(program)
                self._forget_what_is_gone(run, program)
        return run, wrong

    def _destroy(self, program: Program) -> tuple[Run, list[str]]:
        destroy = Step(program, Command("destroy", self.history.destroy))
        run = self._step(destroy)
        if run.code != 0:
            self._forget_what_is_gone(run, Program())
            run = self._step(destroy)
        return run, self._wrong_at_the_end(run, Program())

    def _wrong_at_the_end(self, run: Run, program: Program) -> list[str]:
        meta = Meta.of(self.sim)
        wrong = [] if run.code == 0 else ["the command does not end well"]
        return [*wrong, *differences(meta, meta, program, self.ledger, set())]

    def _forget_what_is_gone(self, run: Run, program: Program) -> None:
        """Takes out of the state, if the error asks for it, what the request open is not for."""
        meta = Meta.of(self.sim)
        for name, keys in self.ledger.held.items():
            if "pulumi state delete" not in run.output or name in program.names:
                continue
            if keys and not any(map(meta.access, keys - set(program.keys.values()))):
                arguments = ("state", "delete", "--yes", self.stack.urn(name))
                self.log.append(f"    $ pulumi {' '.join(arguments)}")
                self.stack.pulumi(*arguments, ok=None)

    def _step(self, step: Step) -> Run:
        self.log += [f"    {line}" for line in step.lines(self._written)]
        before = Meta.of(self.sim)
        half_a_day_passes(self.sim, self.ledger)
        for action in step.by_hand:
            if not act(self.sim, self.ledger, action, self._applied):
                self.log.append(f"    (nothing to {action.action})")
        if self._hides_ends():
            self.ledger.ended(before, Meta.of(self.sim))
        self._written = step.program
        self.stack.write(step.program.text())
        seen = self._seen(step)
        self.log.append(f"    ended with {seen.run.code}{' (killed)' if seen.killed else ''}")
        if step.command.verb == "up":
            self._applied = step.program
        if wrong := judge(seen, self.ledger):
            raise self._error(wrong, seen.run)
        return seen.run

    def _seen(self, step: Step) -> Seen:
        before, held_before = Meta.of(self.sim), dict(self.ledger.held)
        aliased = any(share.alias for share in step.program.shares)
        self.ledger.refusals.starts(step.command, step.program, before)
        known_refusals = set(self.ledger.refusals.known)
        self.sim.clear_requests()
        with troubled(self.sim, step.troubles):
            run, killed = self._run(step.command)
        if aliased and _BROKEN_STATE in run.output:
            raise EngineError("the engine broke the state")
        self.refused |= refusals(self.history.switches, run)
        if approved := self.sim.approve():
            self.log.append(f"    (another admin approves {approved} write(s))")
        switches = self.sim.switches
        seen = Seen(
            step,
            before,
            after=Meta.of(self.sim),
            writes=[entry for entry in self.sim.requests if is_write(entry)],
            held_before=held_before,
            known_refusals=known_refusals,
            run=run,
            killed=killed,
            state=self.stack.export(),
            names=set(self.stack.resources()),
            takes_several_ups=(
                switches.repeat_share == "union"
                or switches.stale_reads > 0
                or switches.admin_approval != "never"
            ),
            hides_ends=self._hides_ends(),
        )
        self.ledger.ran(seen)
        return seen

    def _hides_ends(self) -> bool:
        """Whether the provider cannot always read that access or a request ended."""
        switches = self.sim.switches
        return switches.request_purged_after == 0 or switches.admin_approval in ("grants", "always")

    def _run(self, command: Command) -> tuple[Run, bool]:
        try:
            if command.killed is None:
                return self.stack.pulumi(*command.arguments, ok=None, **command.environment), False
            return self._run_and_kill(command, command.killed)
        except subprocess.TimeoutExpired:
            if _MAY_HANG not in command.flags:
                raise
            raise EngineError("the engine hung") from None

    def _run_and_kill(self, command: Command, killed: Killed) -> tuple[Run, bool]:
        kill = Kill(killed.call, killed.phase, killed.what)
        run = kill.run(self.stack, self.sim, *command.arguments, **command.environment)
        if not kill.killed:
            return run, False
        self._let_end(kill.plugins)
        if kill.what != "plugin":
            # The killed command still holds the stack's lock.
            self.stack.pulumi("cancel", "--yes")
        return run, True

    def _let_end(self, plugins: list[int]) -> None:
        """Wait until the plugins of a killed engine have ended.

        One that the engine had not configured yet does not watch its engine. It has sent nothing,
        so it is ended here.
        """
        try:
            wait_until(lambda: not any(map(is_plugin, plugins)), "the plugin ends")
        except AssertionError:
            for plugin in filter(is_plugin, plugins):
                os.kill(plugin, signal.SIGKILL)

    def _error(self, wrong: list[str], run: Run) -> WrongError:
        lines = [
            f"history of seed {self.history.seed}",
            *self.log,
            *(f"WRONG: {each}" for each in wrong),
            f"the last command printed:\n{run.output}",
        ]
        return WrongError("\n".join(lines))
