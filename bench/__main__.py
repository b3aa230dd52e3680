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
from bench.others import Others
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
#: The share of the processor time that other processes may use on a machine that counts as idle.
IDLE = 0.1


def main() -> int:
    """Run the benchmarks. Return 1 if a result misses its limit, or 3 if the machine was busy."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("part", nargs="*", help=f"one of {', '.join(PARTS)}; without it, all")
    parts = parser.parse_args().part or [*PARTS]
    if unknown := {*parts} - {*PARTS}:
        parser.error(f"there is no part {', '.join(unknown)}")
    # An installation compiles the packages too.
    for package in ("provider", "sdk", "plugin"):
        compileall.compile_dir(ROOT / package, quiet=1)
    others, missed = Others(), False
    for part in parts:
        began = time.monotonic()
        missed = not all(figure.reached for figure in settled(PARTS[part])) or missed
        report(f"{part}: {time.monotonic() - began:.0f} s")
    if (share := others.share()) > IDLE:
        report(f"other processes used {share:.0%} of the processors, so no duration was judged")
        return 3
    return 1 if missed else 0


def settled(part: Part) -> list[Figure]:
    """Measure a part. If a duration misses its limit, return the medians of three measurements."""
    found = _printed(part())
    if any(figure.timed and not figure.reached for figure in found):
        report("measured again twice, because a duration missed its limit")
        rows = zip(found, _printed(part()), _printed(part()), strict=True)
        report("the medians, which count:")
        found = _printed(sorted(row, key=lambda figure: figure.compared)[1] for row in rows)
    return found


def _printed(measured: Iterable[Figure]) -> list[Figure]:
    found = []
    for figure in measured:
        found.append(figure)
        print(figure.as_row(), flush=True)
    return found


if __name__ == "__main__":
    sys.exit(main())
