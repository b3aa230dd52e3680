"""Measurements of a stack on the real engine. The simulator counts the calls."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Measured:
    """The duration of a command in seconds, its calls by endpoint, and its number of HTTP requests.

    A batch is one request, and each of its entries is a call.
    """

    seconds: float
    calls: Counter[str]
    requests: int

    def reads(self) -> int:
        return sum(count for name, count in self.calls.items() if name.startswith("GET "))

    def writes(self) -> int:
        """Return the number of calls that write. A batch itself is not a call."""
        return sum(self.calls.values()) - self.reads() - self.calls["POST batch"]


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

    def set(self, **switches: object) -> None:
        if self.simulator is not None:
            self.simulator.set(**switches)

    def run(self, command: str, *arguments: str, **environment: str) -> Measured:
        if self.simulator is not None:
            self.simulator.clear_requests()
        steps = () if command == "preview" else ("--yes", "--skip-preview")
        started = time.perf_counter()
        arguments = (command, *steps, "--parallel", PARALLEL, *arguments)
        self.stack.pulumi(*arguments, ok=True, **environment)
        seconds = time.perf_counter() - started
        if self.simulator is None:
            return Measured(seconds, Counter(), 0)
        calls = Counter(entry.endpoint for entry in self.simulator.requests)
        return Measured(seconds, calls, len(self.simulator.raw_urls))

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
