"""A report for people: the problems, what to do, and a line of what works."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from rich.table import Table
from rich.text import Text

from metapixel_cli.console import WIDE, rendered
from metapixel_cli.doctor.check_results import CheckResult, ResultKind
from metapixel_cli.doctor.report import DoctorReport
from metapixel_cli.escape import visible
from metapixel_cli.words import and_

_LONGEST = 1000
#: The word, the style and the headline of each result, in the order of a report.
_RESULTS = {
    ResultKind.ERROR: ("failed", "red", "Failed"),
    ResultKind.NOT_RUN: ("not run", "magenta", "Incomplete"),
    ResultKind.WARNING: ("warning", "yellow", "Everything that was checked works, with warnings"),
    ResultKind.UNKNOWN: ("unknown", "cyan", ""),
    ResultKind.SUCCESS: ("ok", "green", "Everything that was checked works"),
}


def as_table(
    report: DoctorReport, has_all: bool = False, width: int = WIDE, color: bool = False
) -> str:
    """Return the report with a row for each cause, and with `has_all` also for what works."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    sets = {each.credentials for each in report.findings if each.credentials}
    for result, (word, style, _) in _RESULTS.items():
        found = [each for each in report.findings if each.result is result]
        is_problem = result not in (ResultKind.UNKNOWN, ResultKind.SUCCESS)
        if is_problem or has_all:
            for of_cause in _by_cause(found):
                table.add_row(Text(word, style), _row(of_cause))
        elif found:
            table.add_row(Text(word, style), Text(_summary(found, sets)))
    return rendered([table, _headline(report)], width, color)


def _headline(report: DoctorReport) -> Text:
    _, style, headline = _RESULTS[report.result]
    if report.result in (ResultKind.ERROR, ResultKind.NOT_RUN):
        causes = [each for each in report.findings if each.result is report.result]
        headline = f"{headline}: {_checks(causes)}"
    return Text(headline, f"bold {style}")


def _by_cause(findings: Sequence[CheckResult]) -> Iterable[Sequence[CheckResult]]:
    """Return the findings in groups of the same text and advice."""
    groups = defaultdict(list)
    for each in findings:
        groups[each.text, each.advice].append(each)
    return groups.values()


def _row(findings: Sequence[CheckResult]) -> Text:
    first, about = findings[0], _checks(findings)
    sets = ", ".join(dict.fromkeys(each.credentials for each in findings if each.credentials))
    if sets:
        about += f" of {sets}"
    text = Text(visible(f"{about}: {first.text}", _LONGEST))
    if first.advice:
        text.append(f"\n→ {visible(first.advice, _LONGEST)}", "bold")
    return text


def _summary(findings: Sequence[CheckResult], sets: set[str]) -> str:
    """Return the names of the checks, after the credential sets unless these are all sets."""
    sets_of_check = defaultdict(list)
    for each in findings:
        sets_of_check[each.check].append(each.credentials)
    checks_of_prefix = defaultdict(list)
    for check, of_check in sets_of_check.items():
        is_about_no_set = set(of_check) == {""}
        is_about_all_sets = set(of_check) == sets
        prefix = "" if is_about_no_set or is_about_all_sets else f"{and_(of_check)}: "
        checks_of_prefix[prefix].append(check)
    groups = [f"{prefix}{', '.join(checks)}" for prefix, checks in checks_of_prefix.items()]
    return visible("; ".join(groups), _LONGEST)


def _checks(findings: Sequence[CheckResult]) -> str:
    return ", ".join(dict.fromkeys(each.check for each in findings))
