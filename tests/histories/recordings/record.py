"""`python -m tests.histories.recordings.record [SCENARIO]` records what the real engine does.

The engine must be on PATH. The recordings are data beside this file, which a test compares with the
model's engine.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from metapixel_simulator import Simulator, World
from tests.histories.engines.real import RealEngine
from tests.histories.recordings import transcript
from tests.histories.recordings.scenarios import SCENARIOS
from tests.histories.recordings.steps import Scenario
from tests.histories.recordings.transcript import Recording
from tests.histories.resources import DYNAMIC
from tools.engine.programs import version_of

CONFIGURATION = {"metapixel:apiVersion": "v26.0"}
TOKENS = {"META_ACCESS_TOKEN": "owner-token", "META_ACCESS_TOKEN_HARBOUR": "harbour-token"}


def record(scenario: Scenario, folder: Path) -> list[Recording]:
    """Return what the engine on PATH does in a scenario."""
    with Simulator(World.example()) as sim:
        native = any(each.provider != DYNAMIC for step in scenario for each in step.program)
        engine = RealEngine(sim, folder, {}, CONFIGURATION, TOKENS, native)
        return list(transcript.play(engine, sim, scenario))


def main(wanted: list[str]) -> None:
    """Record these scenarios, or all."""
    version = version_of("pulumi") or ""
    for name in wanted or SCENARIOS:
        with tempfile.TemporaryDirectory() as folder:
            transcript.save(name, version, record(SCENARIOS[name], Path(folder)))
        print(name, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
