"""The benchmarks. If a result has a floor, both are measured in the same run."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from math import inf

from bench import workload
from bench.estate import Measured, measured
from bench.figure import Figure
from bench.measure import Bench, bench, report
from metapixel_provider.dynamic.concurrency import THREADS
from metapixel_simulator import Simulator

COUNT = 200
PIXELS = workload.pixels_for(COUNT)
LATENCY = 0.1
PREVIEWS = 12
#: The number of threads that a dynamic provider has by default in Pulumi.
PULUMI_POOL = 4
SKIP = {"PULUMI_SKIP_CHECKPOINTS": "1"}


def lifecycle() -> Iterator[Figure]:
    """Measure `up`, `preview`, `refresh` and `destroy` of 200 shares with 100 ms latency.

    The commands run without checkpoints, as docs/benchmark.md advises. For comparison, the
    benchmark also measures a floor with a larger pool, a script with Meta's SDK, and the commands
    with checkpoints.
    """
    with (
        bench(workload.floor(COUNT), latency=LATENCY) as floor,
        bench(workload.shares(COUNT), workload.world(PIXELS), LATENCY) as ours,
    ):
        report(f"up, refresh, destroy of {COUNT} shares on {PIXELS} pixels, {LATENCY * 1000:g} ms")
        floor_up, up = floor.run("up", **SKIP), ours.run("up", **SKIP)
        yield Figure("up: seconds", up.seconds, "s", 0.7, floor_up.seconds)
        yield Figure("up: writes a share", up.writes() / COUNT, "calls", 1)
        yield Figure("up: reads a pixel", up.reads() / PIXELS, "calls", 2)
        yield Figure("state a share: bytes", ours.state_bytes(), "B", 1.1, floor.state_bytes())
        yield from _previews(floor, ours)
        floor_refresh, refresh = floor.run("refresh"), ours.run("refresh")
        yield Figure("refresh: seconds", refresh.seconds, "s", 0.35, floor_refresh.seconds)
        yield Figure("refresh: reads a pixel", refresh.reads() / PIXELS, "calls", 1)
        yield Figure("refresh: HTTP requests", refresh.requests, "requests", PIXELS)
        ours.set(batch_order="one_after_another")
        one_by_one = ours.run("refresh")
        ours.set(batch_order="together")
        name = "refresh, one latency for each entry of a batch: seconds"
        yield Figure(name, one_by_one.seconds, "s", 0.35, floor_refresh.seconds)
        floor_destroy, destroy = floor.run("destroy", **SKIP), ours.run("destroy", **SKIP)
        yield Figure("destroy: seconds", destroy.seconds, "s", 0.7, floor_destroy.seconds)
        yield Figure("destroy: writes a share", destroy.writes() / COUNT, "calls", 1)
        yield Figure("destroy: reads a pixel", destroy.reads() / PIXELS, "calls", 2)
        waiting = COUNT * LATENCY / PULUMI_POOL
        for name, measured in {"up": up, "refresh": refresh, "destroy": destroy}.items():
            over = f"{name}, over {COUNT} calls, {PULUMI_POOL} at once"
            yield Figure(over, measured.seconds, "s", inf, waiting)
            wide = floor.run(name, **SKIP, BENCH_POOL=str(THREADS)).seconds
            over = f"{name}, over the floor with a pool as wide"
            yield Figure(over, measured.seconds, "s", inf, wide)
        script = _sdk_script()
        yield Figure("up, over a script with Meta's SDK", up.seconds, "s", inf, script)
        floor_up, up = floor.run("up"), ours.run("up")
        floor_destroy, destroy = floor.run("destroy"), ours.run("destroy")
        yield Figure("up, with checkpoints: seconds", up.seconds, "s", inf, floor_up.seconds)
        yield Figure("up, with checkpoints: reads a pixel", up.reads() / PIXELS, "calls", inf)
        name = "destroy, with checkpoints: seconds"
        yield Figure(name, destroy.seconds, "s", inf, floor_destroy.seconds)


def _previews(floor: Bench, ours: Bench) -> Iterator[Figure]:
    """Measure the processor time of previews, alternately with our provider and with the floor."""
    report("  previews with nothing to do")
    floors, values, requests = [], [], 0
    for _ in range(PREVIEWS):
        floors.append(floor.run("preview").processor)
        measured = ours.run("preview")
        values.append(measured.processor)
        requests += measured.requests
    yield Figure("preview, nothing to do: processor", min(values), "CPU s", 1.05, min(floors))
    yield Figure("preview, nothing to do: API calls", requests, "calls", 0)


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
        yield Figure(f"{name}: seconds", large.seconds, "s", 1.5, large.floor)
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
        quick, up = floor.run("up", **SKIP).seconds, ours.run("up", **SKIP).seconds
        name = "up of 1000, no checkpoints, 100 ms, over the floor"
        yield Figure(name, up, "s", 1.1, quick)
