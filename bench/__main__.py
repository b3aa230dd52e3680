"""`make bench` runs the benchmarks, and prints each result.

If a duration misses its limit, its part is measured again twice, and the medians count. The floor
is a provider that only waits (`bench/floor.py`, and `bench/native_floor.py` for the plugin).
"""

from __future__ import annotations

import argparse
import compileall
import sys
import time
from collections.abc import Callable, Iterable

from bench import figures
from bench.figure import Figure
from bench.measure import report
from tools.stack import ROOT

#: A benchmark, which measures several results.
Part = Callable[[], Iterable[Figure]]
PARTS: dict[str, Part] = {
    "dynamic": figures.dynamic,
    "native": figures.native,
    "estate": figures.estate,
    "import": figures.import_time,
    "thousand": figures.thousand,
}


def main() -> int:
    """Run the benchmarks. Return 1 if a result misses its limit."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("part", nargs="*", help=f"one of {', '.join(PARTS)}; without it, all")
    parts = parser.parse_args().part or list(PARTS)
    unknown = set(parts) - set(PARTS)
    if unknown:
        parser.error(f"there is no part {', '.join(unknown)}")
    # An installation compiles the packages too.
    for package in ("provider", "sdk", "plugin"):
        compileall.compile_dir(ROOT / package, quiet=1)
    all_reached = True
    for part in parts:
        began = time.monotonic()
        for figure in settled(PARTS[part]):
            all_reached &= figure.reached
        report(f"{part}: {time.monotonic() - began:.0f} s")
    return 0 if all_reached else 1


def settled(part: Part) -> list[Figure]:
    """Measure a part. If a duration misses its limit, return the medians of three measurements."""
    found = _printed(part())
    if any(figure.timed and not figure.reached for figure in found):
        report("measured again twice, because a duration missed its limit")
        second, third = _printed(part()), _printed(part())
        report("the medians, which count:")
        medians = []
        for measurements in zip(found, second, third, strict=True):
            _, median, _ = sorted(measurements, key=lambda figure: figure.compared)
            medians.append(median)
        found = _printed(medians)
    return found


def _printed(measured: Iterable[Figure]) -> list[Figure]:
    found = []
    for figure in measured:
        found.append(figure)
        print(figure.as_row(), flush=True)
    return found


if __name__ == "__main__":
    sys.exit(main())
