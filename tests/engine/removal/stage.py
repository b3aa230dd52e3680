"""One stack that holds a resource in every state, and what each way leaves of them."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from metapixel_simulator import Simulator
from metapixel_simulator.request_log import Entry
from tests.engine.removal.states import KEPT, STATES, Event, Missed, State
from tests.engine.removal.steps import Step, Way
from tests.engine.removal.ways import PROGRAMS
from tests.engine.removal.world import AGENCY_TOKEN, OWNER_TOKEN, world
from tests.support.programs import program
from tests.support.stack import Run, Stack

_TOKENS = {"META_ACCESS_TOKEN": OWNER_TOKEN, "META_ACCESS_TOKEN_AGENCY": AGENCY_TOKEN}
#: More reads than a command makes: to it, the writes before them never show.
_ALL_READS = 1000


@dataclass(frozen=True)
class Seen:
    """A resource at one moment: at Meta, in the stack's state, and the writes about it so far."""

    meta: str
    tasks: frozenset[str]
    beside: object
    recorded: dict[str, dict[str, object]]
    deletes: int
    posts: int


class Stage:
    """The stack and its simulated Meta, put back to the same beginning for each way."""

    def __init__(self, folder: Path, *, native: bool = False) -> None:
        with Simulator(world()) as sim:
            self.stack = Stack(
                folder,
                config={"metapixel:graphUrl": sim.url, "metapixel:rateLimitWait": "3"},
                environment=_TOKENS,
                native=native,
            )
            self._bring_every_state_about(sim)
            exported = self.stack.export()
        # A simulator that returns to this world; the state remembers its address.
        self.sim = Simulator(sim.world).start()
        self.stack.configure("metapixel:graphUrl", self.sim.url)
        self.stack.import_state(exported.replace(sim.url, self.sim.url))
        self._urns = self.stack.urns()
        del self._urns[KEPT.name]
        self.before = self._look()
        for each in STATES:
            seen = self.before[each]
            statuses = {outputs["status"] for outputs in seen.recorded.values()}
            assert (each, statuses, seen.meta) == (each, {each.recorded}, each.meta)
        shutil.copytree(folder / "backend", folder / "beginning")

    def play(self, way: Way) -> Iterator[tuple[Step, Run, dict[State, Seen]]]:
        """Yield each command of a way, from the beginning, and every resource after it."""
        shutil.rmtree(self.stack.home / "backend")
        shutil.copytree(self.stack.home / "beginning", self.stack.home / "backend")
        self.sim.reset()
        for step in way.steps:
            if step.cut:
                for each in STATES:
                    self.sim.fault(path=each.key, method="DELETE", kind="reset", when=step.cut)
            self.stack.write(PROGRAMS[step.program])
            run = self.stack.pulumi(*step.arguments(self._urns), ok=step.ok, **step.environment)
            yield step, run, self._look()

    def _bring_every_state_about(self, sim: Simulator) -> None:
        first = [each.first_declared() for each in STATES if each.first_declared() not in _SECOND]
        self.stack.write(program(KEPT.declared(), *first))
        self.stack.up()
        self._refresh_after(sim, {each: each.before for each in STATES if each.before})

        sim.set(stale_reads=_ALL_READS)
        self._refresh_after(sim, {each: each.behind for each in STATES if each.behind})
        self.stack.write(PROGRAMS["declared"])
        _answer_only_the_writes(sim)
        self.stack.up(*_targets(each for each in STATES if each.missed))
        sim.on_request = None
        sim.set(stale_reads=0)
        for each in STATES:
            if each.since:
                each.since(sim, each)

    def _refresh_after(self, sim: Simulator, events: Mapping[State, Event]) -> None:
        for state, event in events.items():
            event(sim, state)
        self.stack.refresh(*_targets(events))

    def _look(self) -> dict[State, Seen]:
        resources = self.stack.resources()
        return {each: _seen(self.sim, each, resources) for each in (*STATES, KEPT)}


#: What only the second program declares.
_SECOND = {each.declared() for each in STATES if each.missed}


def _targets(states: Iterable[State]) -> list[str]:
    return [f"--target=**::{each.name}" for each in states]


def _answer_only_the_writes(sim: Simulator) -> None:
    """Refuse all reads about some resources once they were written; answer some writes never."""
    for each in STATES:
        if each.missed is Missed.LOST:
            sim.fault(path=each.pixel, method="POST", kind="reset", when="after", times=-1)
    unread = {each.pixel for each in STATES if each.missed in (Missed.UNREAD, Missed.LOST)}

    def refuse_reads(entry: Entry, phase: str) -> None:
        if phase == "after" and entry.method == "POST" and entry.pixel in unread:
            sim.fault(path=entry.pixel, method="GET", kind="graph_error", code=10, times=-1)

    sim.on_request = refuse_reads


def _seen(sim: Simulator, state: State, resources: Mapping[str, dict[str, object]]) -> Seen:
    meta, tasks = state.held(sim)
    calls = [each for each in sim.requests if state.key in each.path]
    return Seen(
        meta,
        tasks,
        state.beside(sim),
        {
            name: outputs
            for name, outputs in resources.items()
            if state.key in (outputs.get("pixel_id"), outputs.get("request_id"))
        },
        deletes=sum(each.method == "DELETE" for each in calls),
        posts=sum(each.method == "POST" for each in calls),
    )
