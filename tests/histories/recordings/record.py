"""`python -m tests.histories.recordings.record [SCENARIO]` records what the real engine does.

The engine must be on PATH. The recordings are data beside this file; a test compares
them with today's engine, and another one with the model's engine. Without a SCENARIO, the version
of the engine is recorded too.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from metapixel_simulator import Simulator, World
from tests.histories.engines.real import RealEngine
from tests.histories.recordings import transcript
from tests.histories.recordings.calls import Call, read_log
from tests.histories.recordings.scenarios import SCENARIOS, Scenario, Step
from tests.histories.recordings.transcript import Recording, Transcript
from tools.engine.programs import version_of

CONFIGURATION = {"metapixel:apiVersion": "v26.0"}
TOKENS = {"META_ACCESS_TOKEN": "owner-token", "META_ACCESS_TOKEN_HARBOUR": "harbour-token"}


def record(scenario: Scenario, folder: Path) -> list[Recording]:
    """Return what the engine on PATH does in a scenario."""
    with Simulator(World.example()) as sim:
        engine = RealEngine(sim, folder / "stack", {}, CONFIGURATION, TOKENS)
        found = Transcript()
        for number, step in enumerate(scenario):
            calls = _run(engine, sim, step, folder / f"{number}.json")
            found.add(step, calls, engine.records())
        return found.recordings


def _run(engine: RealEngine, sim: Simulator, step: Step, log: Path) -> list[Call]:
    if step.configure:
        engine.stack.configure(*step.configure)
    if step.by_hand:
        step.by_hand(sim)
    run, killed = engine.run(step.command, step.program, PULUMI_DEBUG_GRPC=str(log))
    assert killed is (step.command.killed is not None), run.output
    assert (run.code != 0) is step.fails, f"{step.command}: {run.output}"
    return read_log(log) if log.exists() else []


def main(wanted: list[str]) -> None:
    """Record these scenarios, or all."""
    for name in wanted or SCENARIOS:
        with tempfile.TemporaryDirectory() as folder:
            transcript.save(name, record(SCENARIOS[name], Path(folder)))
        print(name, flush=True)
    if not wanted:
        version = version_of("pulumi")
        assert version is not None
        transcript.save_version(version)


if __name__ == "__main__":
    main(sys.argv[1:])
