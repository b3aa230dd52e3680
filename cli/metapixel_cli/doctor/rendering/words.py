"""The words and links of a report."""

from __future__ import annotations

from metapixel_cli.doctor.judging.catalogue import Check
from metapixel_cli.doctor.judging.report import Overall, Report
from metapixel_cli.doctor.judging.verdict import Result

RESULTS = {
    Result.SUCCESS: "ok",
    Result.WARNING: "warning",
    Result.ERROR: "failed",
    Result.UNKNOWN: "unknown",
    Result.NOT_RUN: "not run",
}
_OVERALL = {
    Overall.SUCCESS: "Everything that was checked works",
    Overall.WARNING: "Everything that was checked works, with warnings",
    Overall.INCOMPLETE: "Incomplete: a check could not run",
    Overall.ERROR: "Something does not work",
}


def headline(report: Report) -> str:
    """Return the overall result and the number of outcomes with each result."""
    counts = [f"{report.counts[result]} {word}" for result, word in RESULTS.items()]
    skipped = [f"{len(report.skipped)} skipped"] if report.skipped else []
    return f"{_OVERALL[report.overall]} ({', '.join(counts + skipped)})"


def hint(check: Check) -> str:
    """Return the place in the documentation that explains a check."""
    return f"docs/doctor.md#{check.name}"
