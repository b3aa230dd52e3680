"""The benchmarks. If a result has a floor, both are measured in the same run."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from math import inf

from bench import workload
from bench.estate import Measured, measured
from bench.figure import Figure
from bench.measure import Measured as Run
from bench.measure import bench, report
from metapixel_simulator import Simulator

COUNT = 200
PIXELS = workload.pixels_for(COUNT)
LATENCY = 0.1
#: The number of runs of each command with each provider, alternately.
RUNS = 3
#: The maximum duration of each command, compared with its floor. The floor does not import an HTTP
#: library and does not send requests. For `destroy`, the floor waits once, but the provider waits
#: for three answers in a row: Meta's time, the deletion, and the read that confirms it.
SLOWEST = {"up": 1.4, "preview": 1.3, "refresh": 1.6, "destroy": 1.8}
SKIP = {"PULUMI_SKIP_CHECKPOINTS": "1"}


def lifecycle() -> Iterator[Figure]:
    """Measure `up`, `preview`, `refresh` and `destroy` of 200 shares with 100 ms latency.

    The commands run without checkpoints, as docs/benchmark.md advises. The thread pool of the floor
    is as large as ours. In `up`, the floor waits as often as a share has to: for a read, for the
    write, and for the read that confirms it. For comparison, the benchmark also measures a script
    with Meta's SDK.
    """
    up = yield from _lifecycle("", workload.floor(COUNT), workload.shares(COUNT))
    script = _sdk_script()
    yield Figure("up, over a script with Meta's SDK", up.seconds, "s", inf, script)


def native() -> Iterator[Figure]:
    """Measure the same with the native plugin. Its floor is a native plugin that only waits."""
    floor, ours = workload.native_floor(COUNT), workload.native_shares(COUNT)
    yield from _lifecycle("native, ", floor, ours)


def _lifecycle(kind: str, floor_program: str, program: str) -> Generator[Figure, None, Run]:
    """Measure the commands. Return the result of `up`."""
    with (
        bench(floor_program, latency=LATENCY) as floor,
        bench(program, workload.world(PIXELS), LATENCY) as ours,
    ):
        report(f"{kind}up, refresh, destroy of {COUNT} shares on {PIXELS} pixels, 100 ms")

        def up() -> tuple[Run, Run]:
            return floor.run("up", **SKIP, BENCH_WAITS="3"), ours.run("up", **SKIP)

        def destroy() -> tuple[Run, Run]:
            return floor.run("destroy", **SKIP), ours.run("destroy", **SKIP)

        earlier = [(up(), destroy()) for _ in range(RUNS - 1)]
        ups = [*(each for each, _ in earlier), up()]
        yield _timed(kind, "up", ups)
        _, made = ups[-1]
        yield Figure(f"{kind}up: writes a share", made.writes() / COUNT, "calls", 1)
        yield Figure(f"{kind}up: reads a pixel", made.reads() / PIXELS, "calls", 2.2)
        yield Figure(f"{kind}state a share", ours.state_bytes(), "B", 1.1, floor.state_bytes())
        previews = [(floor.run("preview"), ours.run("preview")) for _ in range(RUNS)]
        yield _timed(kind, "preview", previews)
        calls = sum(preview.requests for _, preview in previews)
        yield Figure(f"{kind}preview: API calls", calls, "calls", 0)
        refreshes = [(floor.run("refresh"), ours.run("refresh")) for _ in range(RUNS)]
        yield _timed(kind, "refresh", refreshes)
        floor_refresh, refresh = refreshes[-1]
        yield Figure(f"{kind}refresh: reads a pixel", refresh.reads() / PIXELS, "calls", 1)
        yield Figure(f"{kind}refresh: HTTP requests", refresh.requests, "requests", PIXELS)
        ours.set(batch_order="one_after_another")
        one_by_one = ours.run("refresh")
        ours.set(batch_order="together")
        name = f"{kind}refresh, one latency for each entry of a batch"
        yield Figure(name, one_by_one.seconds, "s", inf, floor_refresh.seconds)
        destroys = [*(each for _, each in earlier), destroy()]
        yield _timed(kind, "destroy", destroys)
        _, ended = destroys[-1]
        yield Figure(f"{kind}destroy: writes a share", ended.writes() / COUNT, "calls", 1)
        yield Figure(f"{kind}destroy: reads a pixel", ended.reads() / PIXELS, "calls", 2)
    return made


def _timed(kind: str, command: str, runs: Sequence[tuple[Run, Run]]) -> Figure:
    """Compare the fastest runs, which other load affects least. The floor is first in `runs`."""
    floor = min(each.seconds for each, _ in runs)
    fastest = min(each.seconds for _, each in runs)
    return Figure(f"{kind}{command}: seconds", fastest, "s", SLOWEST[command], floor)


def _sdk_script() -> float:
    """Return the seconds that a script with Meta's SDK takes to create the shares one by one."""
    report("  a plain script with Meta's SDK")
    with Simulator(workload.world(PIXELS)) as simulator:
        simulator.switches.latency = LATENCY
        started = time.perf_counter()
        code = _SDK_SCRIPT.format(url=simulator.url, token=workload.TOKEN, pixels=PIXELS)
        subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - started


_SDK_SCRIPT = """
from facebook_business.adobjects.adspixel import AdsPixel
from facebook_business.api import FacebookAdsApi
from facebook_business.session import FacebookSession
FacebookSession.GRAPH = {url!r}
FacebookAdsApi.init(access_token={token!r})
for pixel in range({pixels}):
    for agency in range(10):
        AdsPixel(str(2000000000000000 + pixel)).create_agency(
            params={{"business": str(3000000000000000 + agency),
                     "permitted_tasks": ["ANALYZE", "ADVERTISE"]}}
        )
"""


def permissions() -> Iterator[Figure]:
    """Measure `refresh` of 200 permissions of one business."""
    report(f"refresh of {COUNT} permissions of one business")
    world = workload.world(20, shared=True, accounts=COUNT // 20)
    with bench(workload.permissions(COUNT), world, LATENCY) as ours:
        ours.run("up", **SKIP)
        refresh = ours.run("refresh")
        name = "refresh of permissions: reads a pixel and business"
        yield Figure(name, refresh.reads() / 20, "calls", 1)


def estate() -> Iterator[Figure]:
    """Measure reads of two estates without the engine and without latency.

    Meta usually omits empty lists from pages of pixels. The reads are also measured for pages with
    empty lists, which need fewer calls. The floor consists of the same requests, sent one after
    another by the library `requests`.
    """
    for empty, of_small, of_large in (("omitted", 15, 65), ("listed", 5, 30)):
        small = _estate(pixels=60, agencies=10, accounts=2, empty=empty)
        name = f"estate of 600 shares, empty lists {empty}"
        yield Figure(f"{name}: HTTP requests", small.requests, "requests", of_small)
        large = _estate(pixels=600, agencies=10, accounts=2, empty=empty)
        name = f"estate of 6000 shares, 12000 permissions, empty lists {empty}"
        yield Figure(f"{name}: HTTP requests", large.requests, "requests", of_large)
        yield Figure(f"{name}: seconds", large.seconds, "s", 1.9, large.floor)
        yield Figure(f"{name}: memory", large.megabytes, "MB", 200)


def large_estate() -> Iterator[Figure]:
    """Measure a read of an estate with 120000 shares. The result has no limit."""
    found = _estate(pixels=600, agencies=200, accounts=0, runs=1)
    name = "estate of 600 pixels with 200 agencies each"
    yield Figure(f"{name}: HTTP requests", found.requests, "requests", inf)
    yield Figure(f"{name}: seconds", found.seconds, "s", inf, found.floor)
    yield Figure(f"{name}: memory", found.megabytes, "MB", inf)


def _estate(
    *, pixels: int, agencies: int, accounts: int, runs: int = 3, empty: str = "omitted"
) -> Measured:
    """Return the fastest read and the fastest floor. Other load affects the fastest runs least."""
    report(f"an estate of {pixels} pixels, each with {agencies} agencies, empty lists {empty}")
    world = workload.world(pixels, agencies=agencies, shared=True, accounts=accounts)
    with Simulator(world) as simulator:
        simulator.set(empty_edge=empty)
        found = [measured(simulator.url, workload.TOKEN, workload.OWNER) for _ in range(runs)]
    expected = (pixels * agencies, pixels * agencies * accounts, True)
    if any((each.shares, each.permissions, each.complete) != expected for each in found):
        raise AssertionError("the estate was not read completely")
    return replace(
        found[0],
        seconds=min(each.seconds for each in found),
        floor=min(each.floor for each in found),
    )


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
        slow = floor.run("up").seconds
        up = ours.run("up", **SKIP).seconds
        yield Figure("up of 1000, no checkpoints, over the floor with", up, "s", 0.15, slow)
    with (
        bench(workload.floor(count), None, LATENCY) as floor,
        bench(program, world, LATENCY) as ours,
    ):
        report("  with latency")
        quick = floor.run("up", **SKIP, BENCH_WAITS="3").seconds
        up = ours.run("up", **SKIP).seconds
        name = "up of 1000, no checkpoints, 100 ms, over the floor"
        yield Figure(name, up, "s", 1.5, quick)
