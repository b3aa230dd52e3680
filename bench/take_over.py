"""The benchmark of `metapixel import`."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from math import inf

from bench import workload
from bench.figure import Figure
from bench.measure import Bench, bench, report

PROGRAM = "import access\n"


def take_over() -> Iterator[Figure]:
    """Measure an import of 600 shares, and the first preview after it.

    This preview is the floor of the import. An import consists of two previews, the read of the
    estate, and two exports and one import of the state.
    """
    pixels = 60
    shares = pixels * workload.AGENCIES_PER_PIXEL
    report(f"an import of {shares} shares on {pixels} pixels")
    with bench(PROGRAM, workload.world(pixels, shared=True)) as ours:
        seconds = _import(ours)
        preview = ours.run("preview", "--expect-no-changes")
        name = f"import of {shares} shares"
        yield Figure(f"{name}: seconds", seconds, "s", inf, preview.seconds)
        yield Figure(f"{name}: calls of the next preview", preview.requests, "calls", 0)


def _import(ours: Bench) -> float:
    """Run an import. Return its duration in seconds."""
    command = ["-m", "metapixel_cli", "import", "--business", workload.OWNER, "--to", "access.py"]
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, *command, "--stack", ours.stack.name],
        cwd=ours.stack.project,
        env=ours.stack.environment,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - started
