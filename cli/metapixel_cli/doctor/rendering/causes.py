"""The rows of a report for people, in which one cause is one row."""

from __future__ import annotations

from collections.abc import Iterable

from metapixel_cli.doctor.judging.catalogue import Check
from metapixel_cli.doctor.judging.verdict import Outcome, Result

#: The outcomes with one cause. The first one represents them.
Row = list[tuple[Check, Outcome]]


def by_cause(outcomes: Iterable[tuple[Check, Outcome]]) -> tuple[list[Row], list[Row]]:
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
