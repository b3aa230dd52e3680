"""The words and links of a report."""

from __future__ import annotations

from metapixel_cli.doctor.judging.catalogue import CHECKS, Check
from metapixel_cli.doctor.judging.report import Overall, Report
from metapixel_cli.doctor.judging.verdict import Result

RESULTS = {
    Result.SUCCESS: "ok",
    Result.WARNING: "warning",
    Result.ERROR: "failed",
    Result.UNKNOWN: "unknown",
    Result.NOT_RUN: "not run",
}


def headline(report: Report) -> str:
    """Return the overall result and the number of outcomes with each result."""
    counts = [f"{report.counts[result]} {word}" for result, word in RESULTS.items()]
    skipped = [f"{len(report.skipped)} skipped{_reason(report)}"] if report.skipped else []
    return f"{_overall(report)} ({', '.join(counts + skipped)})"


def _overall(report: Report) -> str:
    """Return the overall result, with the names of the checks that cause exit code 1."""
    match report.overall:
        case Overall.SUCCESS:
            return "Everything that was checked works"
        case Overall.WARNING if report.is_strict:
            return f"Failed because of --strict: {_names(report, Result.WARNING)}"
        case Overall.WARNING:
            return "Everything that was checked works, with warnings"
        case Overall.INCOMPLETE:
            return "Incomplete: a check could not run"
        case Overall.ERROR:
            return f"Failed: {_names(report, Result.ERROR)}"


def _names(report: Report, result: Result) -> str:
    found = (check.name for check, outcome in report.outcomes if outcome.verdict.result is result)
    return ", ".join(dict.fromkeys(found))


def _reason(report: Report) -> str:
    """Return the options that the skipped checks need, if each check lacks its option."""
    given = {check.option for check, _ in report.outcomes}
    needed = {check.option for check in CHECKS if check.name in report.skipped}
    lacks = "" not in needed and needed.isdisjoint(given)
    return f"; add {' or '.join(sorted(needed))}" if lacks else ""


def hint(check: Check) -> str:
    return f"metapixel doctor --explain {check.name}"
