"""Texts for a terminal: a report, and the list of the checks."""

from __future__ import annotations

from collections.abc import Iterable
from io import StringIO
from itertools import groupby

from rich.table import Table
from rich.text import Text

from metapixel_cli.console import text_console
from metapixel_cli.doctor.judging.catalogue import CHECKS, TITLES, Check
from metapixel_cli.doctor.judging.report import Overall, Report
from metapixel_cli.doctor.judging.verdict import Outcome, Result
from metapixel_cli.escape import in_log, visible

#: The width of a report that no terminal limits.
WIDE = 1000
_LONGEST = 1000
RESULTS = {
    Result.SUCCESS: "ok",
    Result.WARNING: "warning",
    Result.ERROR: "failed",
    Result.UNKNOWN: "unknown",
    Result.NOT_RUN: "not run",
}
_STYLES = {
    Result.SUCCESS: "green",
    Result.WARNING: "yellow",
    Result.ERROR: "bold red",
    Result.UNKNOWN: "cyan",
    Result.NOT_RUN: "magenta",
}
_HEADLINES = {
    Overall.SUCCESS: "bold green",
    Overall.WARNING: "bold yellow",
    Overall.INCOMPLETE: "bold magenta",
    Overall.ERROR: "bold red",
}

#: The outcomes with one cause. The first one represents them.
Row = list[tuple[Check, Outcome]]


def as_table(report: Report, width: int = WIDE, color: bool = False) -> str:
    """Return the report as text of at most `width` columns, with a row for each cause."""
    rows, not_run = _by_cause(report.outcomes)
    tables: list[Text | Table] = []
    for category, found in groupby(rows, key=lambda row: row[0][0].category):
        tables += [Text(TITLES[category], "bold"), _table(found), Text()]
    if not_run:
        tables += [_not_run(not_run), Text()]
    tables.append(Text(_headline(report), _HEADLINES[report.overall]))
    return in_log(_printed(tables, width, color))


def as_list(width: int = WIDE) -> str:
    tables: list[Text | Table] = []
    for category, checks in groupby(CHECKS, key=lambda each: each.category):
        table = Table.grid(padding=(0, 2, 0, 0))
        for check in checks:
            needed = f" (with {check.option})" if check.option else ""
            table.add_row(f"  {check.name}", f"{check.description}{needed}")
        tables += [Text(f"{TITLES[category]} ({category})"), table]
    return _printed(tables, width, color=False)


def _by_cause(outcomes: Iterable[tuple[Check, Outcome]]) -> tuple[list[Row], list[Row]]:
    """Return the rows of the checks, and the rows of reasons why several checks did not run.

    Checks of a credential set that fail for the same reason are one row. Checks that did not run
    for the same reason are one row for all credential sets.
    """
    rows: list[Row] = []
    not_run: dict[str, Row] = {}
    known: dict[tuple[Result, str, str], Row] = {}
    for check, outcome in outcomes:
        verdict = outcome.verdict
        if verdict.result is Result.NOT_RUN:
            row = not_run.setdefault(verdict.error, [])
        elif verdict.error:
            cause = (verdict.result, verdict.error, outcome.credentials)
            row = known.setdefault(cause, [])
        else:
            row = []
        if not row:
            rows.append(row)
        row.append((check, outcome))
    several = [row for row in not_run.values() if len(row) > 1]
    return [row for row in rows if row not in several], several


def _headline(report: Report) -> str:
    counts = [f"{report.counts[result]} {word}" for result, word in RESULTS.items()]
    skipped = [f"{len(report.skipped)} skipped"] if report.skipped else []
    return f"{_overall(report)} ({', '.join(counts + skipped)})"


def _overall(report: Report) -> str:
    """Return the overall result, with the names of the checks that cause exit code 1."""
    match report.overall:
        case Overall.SUCCESS:
            return "Everything that was checked works"
        case Overall.WARNING:
            return "Everything that was checked works, with warnings"
        case Overall.INCOMPLETE:
            return "Incomplete: a check could not run"
        case Overall.ERROR:
            failed = dict.fromkeys(
                check.name
                for check, outcome in report.outcomes
                if outcome.verdict.result is Result.ERROR
            )
            return f"Failed: {', '.join(failed)}"


def _table(rows: Iterable[Row]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for (check, outcome), *others in rows:
        verdict = outcome.verdict
        style = _STYLES[verdict.result]
        about = ", ".join(filter(None, [outcome.credentials, outcome.subject]))
        lines = [f"{about}:" if about else "", verdict.error or "; ".join(verdict.facts)]
        text = Text(visible(" ".join(filter(None, lines)), _LONGEST))
        if others:
            text.append(f"\nthe same for {', '.join(each.name for each, _ in others)}", "dim")
        if verdict.error:
            text.append("".join(f"\n{visible(fact, _LONGEST)}" for fact in verdict.facts), "dim")
        _append_advice(text, outcome)
        table.add_row(Text(f"  {RESULTS[verdict.result]}", style), check.name, text)
    return table


def _not_run(rows: Iterable[Row]) -> Table:
    """Return a row for each reason why several checks did not run."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for row in rows:
        _, outcome = row[0]
        sets = dict.fromkeys(each.credentials for _, each in row if each.credentials)
        about = f" ({', '.join(sets)})" if len(sets) > 1 else ""
        count = f"{len({each.name for each, _ in row})} checks did not run{about}"
        text = Text(visible(f"{count}: {outcome.verdict.error}", _LONGEST))
        _append_advice(text, outcome)
        table.add_row(Text(f"  {RESULTS[Result.NOT_RUN]}", _STYLES[Result.NOT_RUN]), text)
    return table


def _append_advice(text: Text, outcome: Outcome) -> None:
    if outcome.verdict.advice:
        text.append(f"\n→ {visible(outcome.verdict.advice, _LONGEST)}", "bold")


def _printed(tables: Iterable[Text | Table], width: int, color: bool) -> str:
    written = StringIO()
    console = text_console(written, width, color)
    for table in tables:
        console.print(table)
    return "".join(f"{line.rstrip()}\n" for line in written.getvalue().splitlines())
