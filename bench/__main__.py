"""`make bench` runs the benchmarks, prints a table and writes bench/results/latest.json."""

from __future__ import annotations

import json
import platform
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench import figures
from bench.figure import Figure
from bench.measure import report
from bench.others import Others

RESULTS = Path(__file__).parent / "results" / "latest.json"
#: The share of the processor time that other processes may use on a machine that counts as idle.
IDLE = 0.1


def main() -> int:
    """Run the benchmarks. Return 1 if a result exceeds its limit, or 3 if that cannot be judged."""
    others = Others()
    found = measure()
    return judge([figure for figure in found if not figure.reached], others.share())


def judge(missed: Sequence[Figure], others: float) -> int:
    """Return the exit code. Durations are judged only if the machine was idle."""
    if others <= IDLE:
        return 1 if missed else 0
    report(
        f"other processes used {others:.0%} of the processors, so no duration was judged; run the "
        "benchmark again on an idle machine"
    )
    return 3 if all(figure.timed for figure in missed) else 1


def measure() -> list[Figure]:
    """Run all benchmarks, print each result, and write the results to a file."""
    started = time.monotonic()
    found: list[Figure] = []
    for group in (
        figures.dynamic,
        figures.native,
        figures.estate,
        figures.import_time,
        figures.thousand,
    ):
        for figure in group():
            found.append(figure)
            print(figure.as_row(), flush=True)
    RESULTS.parent.mkdir(exist_ok=True)
    machine = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    document = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine,
        "figures": [figure.as_json() for figure in found],
    }
    RESULTS.write_text(json.dumps(document, indent=1) + "\n")
    report(f"{time.monotonic() - started:.0f} s in total; results: bench/results/latest.json")
    return found


if __name__ == "__main__":
    sys.exit(main())
