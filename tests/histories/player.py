"""Plays a history on the real engine and stops at the first thing that is wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from metapixel_simulator import Simulator
from tests.histories.declarations import Program
from tests.histories.estate import ACCOUNTS, CONFIGURATION, ENVIRONMENT, begin
from tests.histories.history import ByHand, Command, History, Step
from tests.histories.ledger import Ledger
from tests.histories.meta import Meta
from tests.histories.oracle import Seen, differs_from_the_program, judge
from tests.histories.trouble import is_write, troubled
from tests.support.processes import Kill, is_plugin, wait_until
from tests.support.stack import Run, Stack

#: `up --refresh` at the end of a history: to continue after the last trouble, and to decide.
_ATTEMPTS = 4


_LOOKS = Command(flags=("--refresh",))


class WrongError(AssertionError):
    """Something is wrong; the message has the history so far and all that is known."""


class Player:
    """Plays one history on a stack of its own in a folder."""

    def __init__(self, sim: Simulator, folder: Path, history: History) -> None:
        self.sim = sim
        self.history = history
        self.ledger = Ledger()
        self.log: list[str] = []
        self.ran: Program | None = None
        self.attempts = 0
        #: Then what is revoked takes a second `up`, and a decision.
        self._only_adds_tasks = history.switches.get("repeat_share") == "union"
        begin(sim, history.foreign_requests)
        sim.set(**history.switches)
        self.stack = Stack(
            folder,
            config={"metapixel:graphUrl": sim.url, **CONFIGURATION},
            environment=ENVIRONMENT,
        )

    def play(self) -> None:
        """The steps, then the end. Raises WrongError."""
        self.log += self.history.setting()
        for number, step in enumerate(self.history.steps, 1):
            self.log.append(f"step {number}")
            self._step(step)
        program = self._settle(self.history.steps[-1].program)
        self._step(Step(program, Command("destroy", self.history.destroy)), must_end_well=True)
        left = [self.sim_access(key) for key in self.ledger.declared - self.ledger.excused]
        self._stop_if(list(filter(None, left)))

    def sim_access(self, key: tuple[str, ...]) -> str:
        return Meta.of(self.sim).access(key)

    def _settle(self, program: Program) -> Program:
        """Runs `up --refresh` as a person would until it ends well and nothing differs."""
        self.log.append("the end: nothing goes wrong any more")
        wrong: list[str] = []
        for attempt in range(_ATTEMPTS):
            self.attempts = attempt + 1
            run = self._step(Step(program, _LOOKS))
            wrong = [] if run.code == 0 else ["`up --refresh` does not end well"]
            wrong += differs_from_the_program(Meta.of(self.sim), program, self.ledger)
            if not wrong:
                return program
            if run.code != 0:
                program = self._decided(program, attempt)
        self._stop_if(wrong)
        raise AssertionError("unreachable")

    def _decided(self, program: Program, attempt: int) -> Program:
        """What errors ask a person to decide: first about other tasks, then to ask again."""
        inputs: dict[str, object] = {"on_existing": "overwrite", "allow_reshare": True}
        if attempt > 0:
            inputs["resend"] = f"decided-{attempt}"
        shares = (replace(share, inputs={**share.inputs, **inputs}) for share in program.shares)
        return replace(program, shares=tuple(shares))

    def _step(self, step: Step, must_end_well: bool = False) -> Run:
        self.log += [f"    {line}" for line in step.lines(self.ran)]
        for action in step.by_hand:
            if not self._by_hand(action):
                self.log.append(f"    (nothing to {action.action})")
        self.stack.write(step.program.text())
        before, held_before = Meta.of(self.sim), dict(self.ledger.held)
        self.ledger.refusals.starts(step.command, step.program, before)
        refusals = set(self.ledger.refusals.known)
        self.sim.clear_requests()
        with troubled(self.sim, step.troubles):
            run, killed = self._run(step.command)
        state = self.stack.export()
        names, after = set(self.stack.resources()), Meta.of(self.sim)
        self.log.append(f"    ended with {run.code}{' (killed)' if killed else ''}")
        if step.command.verb == "up":
            self.ran = step.program
        seen = Seen(
            step.command,
            step.program,
            before,
            after,
            [entry for entry in self.sim.requests if is_write(entry)],
            names,
            held_before,
            refusals,
            run.output,
            state,
            ended_well=run.code == 0 and not killed,
            killed=killed,
        )
        self.ledger.ran(
            step.command, step.program, names, after, ended_well=seen.ended_well, killed=killed
        )
        self.ledger.refusals.ended(seen.writes, after, names, step.program, clean=seen.whole)
        wrong = judge(seen, self.ledger)
        if must_end_well and not seen.ended_well:
            wrong.append(f"`pulumi {step.command.verb}` does not end well")
        if seen.whole and step.command == _LOOKS and not (step.troubles or self._only_adds_tasks):
            wrong += differs_from_the_program(after, step.program, self.ledger)
        self._stop_if(wrong, run)
        self.last = run
        return run

    def _run(self, command: Command) -> tuple[Run, bool]:
        if command.killed is None:
            run = self.stack.pulumi(*command.arguments, ok=None, **command.environment)
            return run, False
        kill = Kill(command.killed.call, command.killed.phase, command.killed.what)
        run = kill.run(self.stack, self.sim, *command.arguments, **command.environment)
        if not kill.killed:
            return run, False
        wait_until(lambda: not any(map(is_plugin, kill.plugins)), "the plugin ends")
        if kill.what != "plugin":
            # The killed command still holds the stack's lock.
            self.stack.pulumi("cancel", "--yes")
        return run, True

    def _by_hand(self, action: ByHand) -> bool:
        """False where there is nothing of the kind."""
        pixel, agency, account = action.pixel, action.agency, ACCOUNTS[action.agency]
        meta = Meta.of(self.sim)
        request = meta.waiting((pixel, agency))
        match action.action:
            case "share":
                if not meta.access((pixel, agency)):
                    self.ledger.shared_by_hand((pixel, agency))
                self.sim.share(pixel, agency, action.tasks)
            case "unshare":
                if request is not None:
                    self.ledger.refusals.refused([(pixel, agency)], self.ran)
                return self.sim.unshare(pixel, agency)
            case "permit":
                if meta.active((pixel, agency)) is None:
                    return False
                if not meta.access((pixel, agency, account)):
                    self.ledger.shared_by_hand((pixel, agency, account))
                self.sim.permit(pixel, agency, account)
            case "withdraw":
                return self.sim.withdraw(pixel, agency, account)
            case _:
                if request is None:
                    return False
                statuses = {"accept": "approve", "cancel": "CANCELED", "expire": "EXPIRED"}
                self.sim.answer(request.id, statuses.get(action.action, action.action))
                if action.action in ("decline", "cancel"):
                    keys = [(each, agency) for each in request.pixels]
                    self.ledger.refusals.refused(keys, self.ran)
        return True

    def _stop_if(self, wrong: list[str], run: Run | None = None) -> None:
        if wrong:
            output = (run or self.last).output
            raise WrongError(
                "\n".join(
                    [
                        f"history of seed {self.history.seed}",
                        *self.log,
                        *(f"WRONG: {each}" for each in wrong),
                        f"the last command printed:\n{output}",
                    ]
                )
            )
