"""Measurements of a stack on the real engine."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from bench import workload
from metapixel_simulator import Simulator, World
from tests.support.stack import ROOT, Stack
from tools.stack import project_file

_NATIVE_FLOOR = Path(__file__).with_name("native_floor.py")
_FLOOR_MODULE = Path(__file__).with_name("floor.py")
#: The engine's parallel operations: more than its default, so that no operation has to wait.
PARALLEL = "200"


class Bench:
    """A stack with a simulator, or the floor's stack, which has none."""

    def __init__(self, folder: Path, program: str, world: World | None, latency: float) -> None:
        self.simulator = Simulator(world).start() if world is not None else None
        environment = {"BENCH_LATENCY": str(latency), "META_ACCESS_TOKEN": workload.TOKEN}
        config = {}
        if self.simulator is not None:
            self.simulator.switches.latency = latency
            config = {"metapixel:graphUrl": self.simulator.url}
        self.stack = Stack(folder, program, config=config, environment=environment, passphrase=True)
        self.stack.use_real_processes()
        shutil.copy(_FLOOR_MODULE, self.stack.project / "floor.py")
        plugins = [
            {"name": "metapixel", "path": _plugin(folder / "plugin", ROOT / "__main__.py")},
            {"name": "floor", "path": _plugin(folder / "floor", _NATIVE_FLOOR)},
        ]
        with (self.stack.project / "Pulumi.yaml").open("a") as described:
            yaml.safe_dump({"plugins": {"providers": plugins}}, described)

    def run(self, command: str, *arguments: str, **environment: str) -> float:
        """Run a command of Pulumi, which must succeed. Return its duration in seconds."""
        steps = () if command == "preview" else ("--yes", "--skip-preview")
        started = time.perf_counter()
        arguments = (command, *steps, "--parallel", PARALLEL, *arguments)
        self.stack.pulumi(*arguments, ok=True, **environment)
        return time.perf_counter() - started

    def state_bytes(self) -> int:
        """Return the size of the state, laid out as `pulumi stack export` prints it."""
        return len(json.dumps(json.loads(self.stack.export()), indent=4))


def _plugin(folder: Path, program: Path) -> str:
    """Make a plugin that runs in this virtual environment. Return its folder."""
    folder.mkdir()
    shutil.copy(program, folder / "__main__.py")
    (folder / "PulumiPlugin.yaml").write_text(project_file(folder.name))
    return str(folder)


@contextmanager
def bench(program: str, world: World | None = None, latency: float = 0.0) -> Iterator[Bench]:
    """Yield a stack in a temporary folder, which is deleted afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="metapixel-bench-"))
    made = Bench(folder, program, world, latency)
    try:
        yield made
    finally:
        if made.simulator is not None:
            made.simulator.stop()
        shutil.rmtree(folder, ignore_errors=True)


def report(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
