"""Plays a history on an engine and stops at the first thing that is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from metapixel_cli.review.evaluation.review import Review, review
from metapixel_cli.review.reading.output import read
from metapixel_simulator import Simulator, Switches
from tests.histories.agreement import differences, disagreements
from tests.histories.engines.model.engine import ModelEngine
from tests.histories.engines.real import RealEngine
from tests.histories.estate import AD_TASKS, Key, begin
from tests.histories.history import Act, Command, History, Step
from tests.histories.ledger import Ledger
from tests.histories.moment import SHARE, Meta, Moment, Record
from tests.histories.oracle import judge
from tests.histories.people import act, time_passes
from tests.histories.program import Program, date_of
from tests.histories.recordings.transcript import Done
from tests.histories.resources import Resources
from tests.histories.seen import Seen
from tests.histories.troubles import before_the_first_write, is_write, let_reads_catch_up, troubled
from tests.settings.settings import resolve
from tests.support.stack import Run

#: `up --refresh` at the end of a history: to continue after the last trouble, and to decide.
_ROUNDS = 8
#: What the errors say where the request that the program answers has ended.
_NOTHING_TO_ANSWER = ("read sharing request", "cannot be answered", "because no request is open")
#: The requests that an error names, which only a person can cancel.
_TO_CANCEL = re.compile(
    r"(?:cancel sharing request |Sharing request (?=[\d, ]+ could not be withdrawn))([\d, ]*\d)"
)
#: The operations of a preview that change nothing, and the statuses that plan an update by design.
_UNCHANGED = ("same", "read", "refresh")
_UNFINISHED = ("UNCONFIRMED", "WAITING_FOR_SHARE", "OPEN")
#: The input that an error asks for, as programs in Python and in other languages write them.
_DECISION = re.compile(r"on_existing=|onExisting: ")


class WrongError(AssertionError):
    """Something is wrong; the message has the history so far and all that is known."""


class Player:
    """Plays one history on an engine with a new stack."""

    def __init__(self, sim: Simulator, history: History, engine: ModelEngine | RealEngine) -> None:
        self.sim, self.engine = sim, engine
        self.history = history
        self.log: list[str] = []
        #: The steps that failed, from 1, without those that were killed.
        self.failed: list[int] = []
        #: The commands so far, in the form of a recording.
        self.done: list[Done] = []
        begin(sim, history.foreign_requests)
        sim.set(**history.switches)
        self.ledger = Ledger(sim.switches)
        self._last_day = history.steps[-1].day

    def play(self) -> None:
        """The steps, then the end. Raises WrongError."""
        for number, step in enumerate(self.history.steps, 1):
            self.log.append(f"step {number}")
            seen = self._step(step)
            if not (seen.ended_well or seen.killed):
                self.failed.append(number)
        self._end(self.history.steps[-1].program.at_the_end(self._last_day))

    def _end(self, program: Program) -> None:
        """Runs what a person would until Meta has what is declared; then destroys that.

        If Meta still refuses that under the setting, as is documented, the refusal is resolved, and
        the person tries again, and meets the next refusal of a setting with several.
        """
        self.log.append("the end: nothing goes wrong any more")
        for reach in (self._apply, self._destroy):
            seen, wrong = reach(program)
            while wrong and self._resolves(seen.run):
                seen, wrong = reach(program)
            if wrong:
                raise self._error(wrong, seen.run)

    def _resolves(self, run: Run) -> bool:
        resolved = resolve(self.sim, run.output)
        self.log += [f"    (resolved: {name}={value})" for name, value in resolved]
        return bool(resolved)

    def _apply(self, program: Program) -> tuple[Seen, list[str]]:
        program, resend = self._possible(program), "declined"
        for _ in range(_ROUNDS):
            seen = self._step(Step(program, Command(flags=("--refresh",)), day=self._last_day))
            wrong = self._wrong_at_the_end(seen, program)
            # A permission that waits for its share is sent again each time, and Meta refuses it.
            changed = any(entry.status == 200 for entry in seen.writes)
            changed |= seen.before.records != seen.after.records
            # A value that each preview hides can plan a replacement each time.
            if not changed and not any(share.options.unknown for share in program.shares):
                wrong += _planned(seen.reviewed)
            if not wrong and (self.engine.is_slow or not changed):
                break
            if not seen.ended_well:
                program = self._decided(seen.run, program)
            elif wrong and "if the admin declined it" in seen.run.output:
                # A request that the admin approved can expire, and the same value sends nothing.
                if not changed:
                    resend = f"declined {len(self.log)}"
                program = self._sent_again(program, resend)
        else:
            wrong = wrong or ["there is no end of changes"]
        if not wrong and self._accept(self.ledger.tasks_unknown):
            # As soon as the agency accepts, the tasks have to become what is declared.
            self.ledger.tasks_unknown.clear()
            return self._apply(program)
        return seen, wrong

    def _destroy(self, program: Program) -> tuple[Seen, list[str]]:
        destroy = Step(program, Command("destroy", self.history.destroy), day=self._last_day)
        for _ in range(_ROUNDS):
            seen = self._step(destroy)
            if seen.ended_well:
                break
            self._decided(seen.run, Program())
        return seen, self._wrong_at_the_end(seen, Program())

    def _wrong_at_the_end(self, seen: Seen, program: Program) -> list[str]:
        now = seen.after
        wrong = [] if seen.ended_well else ["the command does not end well"]
        wrong += differences(now.meta, now, program, self.ledger, set())
        return [*wrong, *disagreements(now, self.ledger)]

    # What a person does at the end

    def _possible(self, program: Program) -> Program:
        """Declare no permission that Meta refuses by rule."""
        meta = Meta.of(self.sim)
        without_ads = [key for key, tasks in meta.shares.items() if not AD_TASKS & tasks]
        for permission in program.possible().permissions:
            if permission.key[:2] in without_ads and program.share(permission.key) is None:
                self._act(Act("unshare", permission.pixel, permission.agency))
        return program.possible()

    def _decided(self, run: Run, program: Program) -> Program:
        """Do what an error asks a person to decide, for every share."""
        if _DECISION.search(run.output):
            program = program.with_shares(on_existing="overwrite")
        if "although it was revoked before" in run.output:
            self._take_away(program)
        if any(text in run.output for text in _NOTHING_TO_ANSWER):
            if any(share.inputs.get("resend") == "decided" for share in program.shares):
                program = replace(program, responses=())
            program = program.with_shares(resend="decided")
        for named in re.findall(_TO_CANCEL, run.output):
            for request in self.sim.open_requests():
                if request.id in named:
                    self._act(Act("cancel", next(iter(request.pixels)), request.agency))
        if "pulumi state unprotect" in run.output:
            self.engine.unprotect()
        if "pulumi state delete" in run.output:
            self._forget_what_is_gone(program)
        return program

    def _take_away(self, program: Program) -> None:
        """Takes away the tasks that Meta kept although the program revoked them."""
        # Otherwise, Meta gives the task again.
        if "UPLOAD:" in self.sim.switches.implied_tasks:
            self.sim.set(implied_tasks=Switches().implied_tasks)
        for share in program.shares:
            found = Meta.of(self.sim).active(share.key)
            if found is not None and found > set(share.tasks):
                self._act(Act("share", share.pixel, share.agency, share.tasks))

    def _sent_again(self, program: Program, resend: str) -> Program:
        """Do what the notices advise if nothing waits for an approval that a record waits for."""
        for record in self._now().records:
            if record.awaits_approval and record.kind == SHARE:
                program = program.with_shares(resend=resend)
            elif record.awaits_approval:
                self._forget(record)
        return program

    def _forget_what_is_gone(self, program: Program) -> None:
        """Takes out of the state what the open request is not for."""
        now = self._now()
        for record in now.records:
            is_gone = record.key and not now.meta.access(record.key)
            if is_gone and (record.mark or record.name not in program.names):
                self._forget(record)

    def _forget(self, record: Record) -> None:
        self.log.append(f"    $ pulumi state delete {record.name}")
        self.engine.remove(record)

    def _accept(self, shares: set[tuple[str, ...]]) -> bool:
        waiting = [key for key in sorted(shares) if Meta.of(self.sim).waiting(key)]
        for pixel, agency in waiting:
            self._act(Act("accept", pixel, agency))
        return bool(waiting)

    # One step

    def _step(self, step: Step) -> Seen:
        self.log.append(f"    {step}")
        self.ledger.touched |= time_passes(self.sim, 0.5)
        for action in step.acts:
            self._act(action)
        seen = self._seen(step)
        self.log.append(f"    ended with {seen.run.code}{' (killed)' if seen.killed else ''}")
        if wrong := judge(seen, self.ledger):
            raise self._error(wrong, seen.run)
        return seen

    def _act(self, action: Act) -> set[Key]:
        keys = act(self.sim, action)
        self.ledger.acted(action, keys)
        if not keys:
            self.log.append(f"    (nothing to {action.action})")
        return keys

    def _seen(self, step: Step) -> Seen:
        if not step.is_hasty:
            let_reads_catch_up(self.sim)
        ended, only_read = step.program.ended(step.day), step.program.only_read()
        step = replace(step, program=step.program.on(step.day))
        before, program = self._now(), step.program.resources()
        step = replace(step, command=step.command.on([*before.records, *program]))
        if step.command.is_plain:
            program += tuple(share.resource() for share in only_read)
        past = (replace(share.resource(), has_ended=True) for share in ended)
        whole = (*past, *program)
        self.engine.configure("metapixel:today", date_of(step.day))
        reviewed = self._reviewed(step, whole)
        self.sim.clear_requests()
        acted: set[Key] = set()

        def people_act() -> None:
            for action in step.meanwhile:
                acted.update(self._act(action))

        disturbed = troubled(self.sim, step.troubles, self.engine.patience)
        if step.meanwhile:
            disturbed = before_the_first_write(self.sim, people_act)
        with disturbed:
            run, killed = self.engine.run(step.command, whole)
        writes = [entry for entry in self.sim.requests if is_write(entry)]
        if approved := self.sim.approve():
            self.log.append(f"    (another admin approves {approved} write(s))")
        switches = self.sim.switches
        seen = Seen(
            step,
            before,
            self._now(),
            writes,
            run,
            killed,
            self.engine.export(),
            takes_several_ups=(
                switches.repeat_share == "union"
                or "UPLOAD:" in switches.implied_tasks
                or switches.stale_reads > 0
                or switches.admin_approval != "never"
            ),
            ended=ended,
            acted=frozenset(acted),
            reviewed=reviewed,
            released={share.key for share in only_read}
            | {record.key for record in before.records if record.retains},
        )
        former = self.done[-1].program if self.done else ()
        calls = tuple(self.engine.calls)
        after, ended_well = seen.after, seen.ended_well
        self.done.append(Done(step.command, calls, before, after, program, former, ended_well))
        self.ledger.ran(seen)
        return seen

    def _reviewed(self, step: Step, program: Resources) -> Review | None:
        """The review of the preview of an `up` that begins with the records of its preview."""
        refreshes = "--refresh" in step.command.flags
        reads_lag = bool(step.troubles) or self.sim.switches.stale_reads > 0
        if step.command.verb != "up" or (refreshes and reads_lag):
            return None
        stream = self.engine.preview(step.command, program)
        return review(read(stream)) if stream else None

    def _now(self) -> Moment:
        return Moment(Meta.of(self.sim), self.engine.records())

    def _error(self, wrong: list[str], run: Run) -> WrongError:
        lines = [
            repr(replace(self.history, steps=())),
            *self.log,
            *(f"WRONG: {each}" for each in wrong),
            f"the last command printed:\n{run.output}",
        ]
        return WrongError("\n".join(lines))


def _planned(review: Review | None) -> Iterator[str]:
    """What the preview of a command planned that changed nothing."""
    for step in review.preview.steps if review else ():
        status = step.old.outputs.get("status") if step.old else None
        if step.is_ours and step.op not in _UNCHANGED and status not in _UNFINISHED:
            yield f"{step.name} is {status}, and each preview plans its {step.op}"
