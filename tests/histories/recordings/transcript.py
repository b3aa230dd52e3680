"""What an engine did in each scenario; what the real one did is data beside this file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from metapixel_simulator import Simulator
from tests.histories.engines.model.engine import ModelEngine
from tests.histories.engines.real import LoggedEngine
from tests.histories.moment import Record
from tests.histories.recordings.calls import described, in_normal_order, related_names
from tests.histories.recordings.events import described as described_events
from tests.histories.recordings.scenarios import Scenario
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


def play(
    engine: ModelEngine | LoggedEngine, sim: Simulator, scenario: Scenario
) -> Iterator[Recording]:
    """Yield what an engine does, command after command."""
    state: Sequence[Record] = ()
    program: Resources = ()
    for step in scenario:
        if step.configure:
            engine.configure(*step.configure)
        if step.by_hand:
            step.by_hand(sim)
        events: list[str] = []
        if step.command.verb == "up" and not step.command.killed:
            preview = engine.preview(step.command, step.program)
            events = described_events(preview, state, step.program)
        run, killed = engine.run(step.command, step.program)
        assert killed is (step.command.killed is not None), run.output
        registered, deleted = related_names(step.program), related_names(program)
        ordered = in_normal_order(engine.calls, registered, registered | deleted)
        lines, after = described(ordered, state, engine.records(), step.program)
        yield Recording(str(step.command), lines, sorted(after), run.code != 0, events)
        state, program = engine.records(), step.program


def load(scenario: str) -> list[Recording]:
    """Return what was recorded for a scenario, one entry for each of its steps."""
    return [Recording(**entry) for entry in json.loads(_file(scenario).read_text())]


def save(scenario: str, recordings: Iterable[Recording]) -> None:
    """Replace what was recorded for a scenario."""
    entries: list[Mapping[str, object]] = [asdict(each) for each in recordings]
    _file(scenario).write_text(json.dumps(entries, indent=2) + "\n")


def _file(scenario: str) -> Path:
    return _FOLDER / f"{scenario.replace(' ', '-')}.json"
