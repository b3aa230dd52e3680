"""`python -m tests.histories.recordings.record [SCENARIO]` records what the real engine does.

The engine must be on PATH. The recordings are data beside this file; a test compares some of them
with the engine, and another one compares all with the model's engine.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from metapixel_simulator import Simulator, World
from tests.histories.engines.real import RealEngine
from tests.histories.history import Command
from tests.histories.recordings import transcript
from tests.histories.recordings.calls import Call, read_log
from tests.histories.recordings.scenarios import SCENARIOS, Scenario
from tests.histories.recordings.transcript import Recording
from tests.histories.resources import Resources
from tests.support.stack import Run

CONFIGURATION = {"metapixel:apiVersion": "v26.0"}
TOKENS = {"META_ACCESS_TOKEN": "owner-token", "META_ACCESS_TOKEN_HARBOUR": "harbour-token"}


class LoggedEngine(RealEngine):
    """The real engine. `calls` are those of the last command."""

    def __init__(self, sim: Simulator, folder: Path) -> None:
        super().__init__(sim, folder / "stack", {}, CONFIGURATION, TOKENS)
        self.calls: list[Call] = []
        self.configure = self.stack.configure
        self._log = folder / "calls.json"
        self.stack.environment["PULUMI_DEBUG_GRPC"] = str(self._log)

    def run(self, command: Command, program: Resources) -> tuple[Run, bool]:
        self._log.unlink(missing_ok=True)
        ran = super().run(command, program)
        self.calls = read_log(self._log) if self._log.exists() else []
        return ran


def record(scenario: Scenario, folder: Path) -> list[Recording]:
    """Return what the engine on PATH does in a scenario."""
    with Simulator(World.example()) as sim:
        return list(transcript.play(LoggedEngine(sim, folder), sim, scenario))


def main(wanted: list[str]) -> None:
    """Record these scenarios, or all."""
    for name in wanted or SCENARIOS:
        with tempfile.TemporaryDirectory() as folder:
            transcript.save(name, record(SCENARIOS[name], Path(folder)))
        print(name, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
