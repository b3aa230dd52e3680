"""What an engine did in each scenario; what the real one did is data beside this file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.histories.moment import Record
from tests.histories.recordings.calls import Call, described, in_normal_order, related_names
from tests.histories.recordings.scenarios import Step
from tests.histories.resources import Resources

_FOLDER = Path(__file__).parent
_VERSION = _FOLDER / "version.txt"


@dataclass(frozen=True)
class Recording:
    """What one command did: its calls to the plugin, and the state that it left."""

    command: str
    calls: list[str]
    state: list[str]
    failed: bool = False


@dataclass
class Transcript:
    """What an engine does, command after command."""

    recordings: list[Recording] = field(default_factory=list)
    _state: Sequence[Record] = ()
    _program: Resources = ()

    def add(self, step: Step, calls: Iterable[Call], state: Sequence[Record]) -> None:
        """Add a command with the calls that it made and the state that it left."""
        registered, deleted = related_names(step.program), related_names(self._program)
        ordered = in_normal_order(list(calls), registered, registered | deleted)
        lines, after = described(ordered, self._state, state, step.program)
        self.recordings.append(Recording(str(step.command), lines, sorted(after), step.fails))
        self._state, self._program = state, step.program


def load(scenario: str) -> list[Recording]:
    """Return what was recorded for a scenario, one entry for each of its steps."""
    return [Recording(**entry) for entry in json.loads(_file(scenario).read_text())]


def save(scenario: str, recordings: Iterable[Recording]) -> None:
    """Replace what was recorded for a scenario."""
    entries: list[Mapping[str, object]] = [asdict(each) for each in recordings]
    _file(scenario).write_text(json.dumps(entries, indent=2) + "\n")


def version() -> str:
    """Return the version of the engine that was recorded, such as `3.274.1`."""
    return _VERSION.read_text().strip()


def save_version(version: str) -> None:
    """Replace the version of the engine that was recorded."""
    _VERSION.write_text(f"{version}\n")


def names() -> set[str]:
    """Return the scenarios that were recorded."""
    return {file.stem.replace("-", " ") for file in _FOLDER.glob("*.json")}


def _file(scenario: str) -> Path:
    return _FOLDER / f"{scenario.replace(' ', '-')}.json"
