"""The benchmarks. If a result has a floor, both are measured in the same run."""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Iterator

from bench import workload
from bench.estate import measured
from bench.figure import Figure
from bench.measure import bench, report
from metapixel_simulator import Simulator

COUNT = 200
LATENCY = 0.1
#: The number of runs of each command with each provider, alternately.
RUNS = 3
#: The maximum duration of each command, compared with its floor. The floor imports no HTTP library
#: and sends no requests.
SLOWEST = {"up": 1.25, "preview": 1.15, "refresh": 1.25, "destroy": 1.25}
#: How often the floor waits if not once. The promise that the state tells the truth needs a read
#: after each write: a creation reads, writes and reads, and a deletion writes and reads.
WAITS = {"up": 3, "destroy": 2}
#: The floor until November 2026. Its ratios have no limit, and can be compared with earlier ones.
OLD_WAITS = {"up": 3}
#: The state contains paths of the machine, so the limit leaves room for longer ones.
LARGEST_STATE = 1.2
SKIP = {"PULUMI_SKIP_CHECKPOINTS": "1"}


def dynamic() -> Iterator[Figure]:
    """Measure `up`, `preview`, `refresh` and `destroy` of 200 shares with 100 ms latency.

    `up` and `destroy` run without checkpoints, as docs/state.md advises. The thread pool of the
    floor is as large as ours.
    """
    yield from _lifecycle("", workload.floor(COUNT), workload.shares(COUNT))


def native() -> Iterator[Figure]:
    """Measure the same with the native plugin. Its floor is a native plugin that only waits."""
    floor, ours = workload.native_floor(COUNT), workload.native_shares(COUNT)
    yield from _lifecycle("native, ", floor, ours)


def _lifecycle(kind: str, floor_program: str, program: str) -> Iterator[Figure]:
    """Compare the fastest runs, which other load affects least."""
    world = workload.world(workload.pixels_for(COUNT))
    runs: dict[str, list[tuple[float, float, float]]] = {command: [] for command in SLOWEST}
    with (
        bench(floor_program, latency=LATENCY) as floor,
        bench(floor_program, latency=LATENCY) as old,
        bench(program, world, LATENCY) as ours,
    ):
        report(f"{kind}{', '.join(SLOWEST)} of {COUNT} shares, 100 ms")
        for command in [*SLOWEST] * RUNS:
            skip = SKIP if command in ("up", "destroy") else {}
            of_floor = floor.run(command, **skip, BENCH_WAITS=str(WAITS.get(command, 1)))
            waits = str(OLD_WAITS.get(command, 1))
            of_old = old.run(command, **skip, BENCH_WAITS=waits, BENCH_OLD="1")
            runs[command].append((of_floor, of_old, ours.run(command, **skip)))
            if command == "up":
                size, least = ours.state_bytes(), floor.state_bytes()
    for command, limit in SLOWEST.items():
        of_floor, of_old, fastest = (min(each) for each in zip(*runs[command], strict=True))
        yield Figure(f"{kind}{command}", fastest, "s", limit, of_floor)
        yield Figure(f"{kind}{command}, over the floor until November", fastest, "s", 0, of_old)
    yield Figure(f"{kind}size of the state", size, "B", LARGEST_STATE, least)


def estate() -> Iterator[Figure]:
    """Measure a read of an estate of 6000 shares without the engine and without latency.

    The floor consists of the same requests, sent one after another by the library `requests`.
    """
    pixels, agencies, accounts = 600, 10, 2
    name = "estate of 6000 shares, 12000 permissions"
    report(name)
    world = workload.world(pixels, agencies=agencies, shared=True, accounts=accounts)
    with Simulator(world) as simulator:
        found = [measured(simulator.url, workload.TOKEN, workload.OWNER) for _ in range(RUNS)]
    expected = (pixels * agencies, pixels * agencies * accounts, True)
    if any((each.shares, each.permissions, each.complete) != expected for each in found):
        raise AssertionError("the estate was not read completely")
    seconds, floor = min(each.seconds for each in found), min(each.floor for each in found)
    yield Figure(f"{name}: seconds", seconds, "s", 1.9, floor)
    yield Figure(f"{name}: memory", found[0].megabytes, "MB", 200)


def import_time() -> Iterator[Figure]:
    """Measure the import of `pulumi_metapixel` after `pulumi`. The median of 15 runs counts."""
    report("import time")
    code = "import time, pulumi; s = time.perf_counter(); import pulumi_metapixel"
    command = [sys.executable, "-c", f"{code}; print(time.perf_counter() - s)"]
    added = statistics.median(float(subprocess.check_output(command)) for _ in range(15))
    yield Figure("import pulumi_metapixel over import pulumi", 1000 * added, "ms", 30)


def thousand() -> Iterator[Figure]:
    """Measure `up` of 1000 shares in one stack, without checkpoints.

    The time that checkpoints take grows with the square of the number of shares.
    """
    count = 1000
    program, world = workload.shares(count), workload.world(workload.pixels_for(count))
    name = f"up of {count}, no checkpoints, 100 ms"
    report(name)
    with (
        bench(workload.floor(count), None, LATENCY) as floor,
        bench(program, world, LATENCY) as ours,
    ):
        quick = floor.run("up", **SKIP, BENCH_WAITS=str(WAITS["up"]))
        yield Figure(name, ours.run("up", **SKIP), "s", 1.3, quick)
