"""What an engine did in each scenario; what the real one did is data beside this file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from metapixel_simulator import Simulator
from tests.histories.engines.model.engine import ModelEngine
from tests.histories.engines.real import RealEngine
from tests.histories.history import Command
from tests.histories.moment import Meta, Moment
from tests.histories.people import act
from tests.histories.recordings.calls import Call, described, in_normal_order, related_names
from tests.histories.recordings.events import described as described_events
from tests.histories.recordings.steps import Scenario
from tests.histories.resources import Resources

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Recording:
    """What one command did: its calls to the plugin, and the state that it left.

    `events` are the steps in the event stream of its preview.
    """

    command: str
    calls: list[str]
    state: list[str]
    failed: bool = False
    events: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Done:
    """The calls of a command, and the state before and after it.

    `former` is the program of the command before.
    """

    command: Command
    calls: Sequence[Call]
    before: Moment
    after: Moment
    program: Resources
    former: Resources
    ended_well: bool


def recording(done: Done) -> Recording:
    """Return what a command did, in a form that does not depend on ids or parallel calls."""
    registered, deleted = related_names(done.program), related_names(done.former)
    ordered = in_normal_order(done.calls, registered, registered | deleted)
    before, after = done.before.records, done.after.records
    lines, state = described(ordered, before, after, done.program)
    return Recording(str(done.command), lines, sorted(state))


def play(
    engine: ModelEngine | RealEngine, sim: Simulator, scenario: Scenario
) -> Iterator[Recording]:
    """Yield what an engine does, command after command."""
    program: Resources = ()
    for step in scenario:
        if step.configure:
            engine.configure(*step.configure)
        for action in step.acts:
            act(sim, action)
        sim.clear_faults()
        if step.fault:
            sim.fault(kind="graph_error", **{"code": 200, **step.fault})
        events: list[str] = []
        if step.command.verb == "up" and not step.command.killed:
            preview = engine.preview(step.command, step.program)
            events = described_events(preview, engine.records(), step.program)
        before = Moment(Meta.of(sim), engine.records())
        run, killed = engine.run(step.command, step.program)
        assert killed is (step.command.killed is not None), run.output
        after = Moment(Meta.of(sim), engine.records())
        ended_well = run.code == 0
        done = Done(step.command, engine.calls, before, after, step.program, program, ended_well)
        yield replace(recording(done), failed=not ended_well, events=events)
        program = step.program


def load(scenario: str) -> tuple[str, list[Recording]]:
    """Return the version of the recorded engine, and what it did in each step of a scenario."""
    recorded = json.loads(_file(scenario).read_text())
    return recorded["engine"], [Recording(**entry) for entry in recorded["steps"]]


def save(scenario: str, version: str, recordings: Iterable[Recording]) -> None:
    """Replace what was recorded for a scenario."""
    recorded = {"engine": version, "steps": list(map(asdict, recordings))}
    _file(scenario).write_text(json.dumps(recorded, indent=2) + "\n")


def _file(scenario: str) -> Path:
    return _FOLDER / f"{scenario.replace(' ', '-')}.json"
