"""Records what the real engine does in each scenario: `python -m tests.model.record [SCENARIO]`.

The engine must be on PATH. The recordings are data in `tests/model/recordings`; a test compares
them with today's engine, and another one with the model's engine. Without a SCENARIO, the version
of the engine is recorded too.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from metapixel_simulator import Simulator, World
from tests.model import recordings
from tests.model.calls import Call, Recorded, read_log
from tests.model.recordings import Recording, Transcript
from tests.model.scenarios import SCENARIOS, Scenario, Step
from tests.support.processes import Kill
from tests.support.stack import Stack
from tools.engine.programs import version_of

CONFIGURATION = {"metapixel:apiVersion": "v26.0"}
TOKENS = {"META_ACCESS_TOKEN": "owner-token", "META_ACCESS_TOKEN_HARBOUR": "harbour-token"}


def record(scenario: Scenario, folder: Path) -> list[Recording]:
    """Return what the engine on PATH does in a scenario."""
    with Simulator(World.example()) as sim:
        config = {"metapixel:graphUrl": sim.url, **CONFIGURATION}
        stack = Stack(folder / "stack", "", config=config, environment=TOKENS)
        transcript = Transcript()
        for number, step in enumerate(scenario):
            calls = _run(stack, sim, step, folder / f"{number}.json")
            transcript.add(step, calls, _state(stack))
        return transcript.recordings


def _run(stack: Stack, sim: Simulator, step: Step, log: Path) -> list[Call]:
    if step.configure:
        stack.pulumi("config", "set", *step.configure)
    if step.by_hand:
        step.by_hand(sim)
    stack.write(step.program.text())
    environment = {"PULUMI_DEBUG_GRPC": str(log)}
    if not step.checkpoints:
        environment["PULUMI_SKIP_CHECKPOINTS"] = "1"
    arguments = step.command.arguments()
    if step.killed:
        kill = Kill(step.killed_at, "after", "command", endpoint=step.killed)
        run = kill.run(stack, sim, *arguments, **environment)
        assert kill.killed, run.output
        stack.pulumi("cancel", "--yes")
    else:
        run = stack.pulumi(*arguments, ok=None, **environment)
    assert (run.code != 0) is step.fails, f"{step.command}: {run.output}"
    return read_log(log) if log.exists() else []


def _state(stack: Stack) -> list[Recorded]:
    """Return our resources in the file that the engine keeps the state in."""
    (file,) = (stack.home / "backend").glob(f".pulumi/stacks/*/{stack.name}.json")
    return [
        Recorded(
            each["urn"].rpartition("::")[2],
            each["id"],
            each.get("inputs", {}),
            each.get("outputs", {}),
            "to be deleted" * each.get("delete", False)
            or "to be replaced" * each.get("pendingReplacement", False),
        )
        for each in json.loads(file.read_text())["checkpoint"]["latest"].get("resources", [])
        if ":dynamic/metapixel:" in each["type"]
    ]


def main(wanted: list[str]) -> None:
    """Record these scenarios, or all."""
    for name in wanted or SCENARIOS:
        with tempfile.TemporaryDirectory() as folder:
            recordings.save(name, record(SCENARIOS[name], Path(folder)))
        print(name, flush=True)
    if not wanted:
        version = version_of("pulumi")
        assert version is not None
        recordings.save_version(version)


if __name__ == "__main__":
    main(sys.argv[1:])
