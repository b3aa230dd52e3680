"""The benchmarks. If a result has a floor, both are measured in the same run."""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence

from bench import workload
from bench.estate import measured
from bench.figure import Figure
from bench.measure import bench, report
from metapixel_simulator import Simulator

COUNT = 200
LATENCY = 0.1
#: The number of runs of each command with each provider, alternately.
RUNS = 3
#: The maximum duration of each command, compared with its floor. The floor does not import an HTTP
#: library and does not send requests. For `destroy`, the floor waits once, but the provider waits
#: for three answers in a row: Meta's time, the deletion, and the read that confirms it.
SLOWEST = {"up": 1.4, "preview": 1.25, "refresh": 1.4, "destroy": 1.6}
#: The state contains paths of the machine, so the limit leaves room for longer ones.
LARGEST_STATE = 1.2
SKIP = {"PULUMI_SKIP_CHECKPOINTS": "1"}


def dynamic() -> Iterator[Figure]:
    """Measure `up`, `preview`, `refresh` and `destroy` of 200 shares with 100 ms latency.

    The commands run without checkpoints, as docs/state.md advises. The thread pool of the floor
    is as large as ours. In `up`, the floor waits as often as a share has to: for a read, for the
    write, and for the read that confirms it.
    """
    yield from _lifecycle("", workload.floor(COUNT), workload.shares(COUNT))


def native() -> Iterator[Figure]:
    """Measure the same with the native plugin. Its floor is a native plugin that only waits."""
    floor, ours = workload.native_floor(COUNT), workload.native_shares(COUNT)
    yield from _lifecycle("native, ", floor, ours)


def _lifecycle(kind: str, floor_program: str, program: str) -> Iterator[Figure]:
    world = workload.world(workload.pixels_for(COUNT))
    with bench(floor_program, latency=LATENCY) as floor, bench(program, world, LATENCY) as ours:
        report(f"{kind}up, refresh, destroy of {COUNT} shares, 100 ms")

        def up() -> tuple[float, float]:
            return floor.run("up", **SKIP, BENCH_WAITS="3"), ours.run("up", **SKIP)

        def destroy() -> tuple[float, float]:
            return floor.run("destroy", **SKIP), ours.run("destroy", **SKIP)

        earlier = [(up(), destroy()) for _ in range(RUNS - 1)]
        yield _fastest(kind, "up", [*(each for each, _ in earlier), up()])
        size, least = ours.state_bytes(), floor.state_bytes()
        yield Figure(f"{kind}size of the state", size, "B", LARGEST_STATE, least)
        for command in ("preview", "refresh"):
            runs = [(floor.run(command), ours.run(command)) for _ in range(RUNS)]
            yield _fastest(kind, command, runs)
        yield _fastest(kind, "destroy", [*(each for _, each in earlier), destroy()])


def _fastest(kind: str, command: str, runs: Sequence[tuple[float, float]]) -> Figure:
    """Compare the fastest runs, which other load affects least. The floor is first in `runs`."""
    floor, fastest = (min(each) for each in zip(*runs, strict=True))
    return Figure(f"{kind}{command}", fastest, "s", SLOWEST[command], floor)


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

    def seconds(code: str) -> float:
        measure = (
            f"import time, pulumi; s=time.perf_counter(); {code}; print(time.perf_counter()-s)"
        )
        return float(subprocess.check_output([sys.executable, "-c", measure], text=True))

    added = statistics.median(seconds("import pulumi_metapixel") for _ in range(15))
    yield Figure("import pulumi_metapixel over import pulumi", 1000 * added, "ms", 30)


def thousand() -> Iterator[Figure]:
    """Measure `up` of 1000 shares in one stack, with and without checkpoints.

    The time that checkpoints take grows with the square of the number of shares. Latency keeps the
    comparison fair, because only the provider calls the simulator, which uses the same processors.
    """
    count = 1000
    program, world = workload.shares(count), workload.world(workload.pixels_for(count))
    with bench(workload.floor(count)) as floor, bench(program, world) as ours:
        report(f"up of {count} shares: the floor, about a minute")
        slow = floor.run("up")
        up = ours.run("up", **SKIP)
        yield Figure("up of 1000, no checkpoints, over the floor with", up, "s", 0.15, slow)
    with (
        bench(workload.floor(count), None, LATENCY) as floor,
        bench(program, world, LATENCY) as ours,
    ):
        report("  with latency")
        quick = floor.run("up", **SKIP, BENCH_WAITS="3")
        up = ours.run("up", **SKIP)
        name = "up of 1000, no checkpoints, 100 ms, over the floor"
        yield Figure(name, up, "s", 1.5, quick)
