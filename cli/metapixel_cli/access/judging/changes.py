"""Differences between two reports."""

from __future__ import annotations

from collections.abc import Iterator

from metapixel_cli.access.judging.parts import Completeness
from metapixel_cli.access.judging.report import (
    UNKNOWN,
    Change,
    ChangeKind,
    Drift,
    End,
    FormerReport,
    Managed,
    Report,
    Route,
    Row,
)

#: The fields that are compared. A new name of a pixel or business does not count as a change.
_AT_META = ("tasks", "status")
_IN_STACKS = ("declared_tasks", "managed", "drift", "end", "expires_on", "reason", "stack")


def changes(comparison: FormerReport, now: Report) -> Iterator[Change]:
    """Yield the differences. Parts that one of the reports did not read are not compared."""
    former = comparison.report
    before = {row.key: row for row in former.rows if _is_known(row)}
    after = {row.key: row for row in now.rows if _is_known(row)}
    asked_before, asked_after = _requests(former), _requests(now)
    knew, knows = Completeness.of(former), Completeness.of(now)
    for key, row in after.items():
        if key in before:
            differing = _differing(before[key], row)
            if fields := tuple(each for each in differing if each not in comparison.lacks):
                yield Change(ChangeKind.CHANGED, before[key], row, fields)
        elif knew.lists(row) and row.subject_id not in asked_before:
            yield Change(ChangeKind.NEW, None, row)
    for key, row in before.items():
        if key not in after and knows.lists(row) and row.subject_id not in asked_after:
            yield Change(ChangeKind.ENDED, row, None)


def _is_known(row: Row) -> bool:
    """Return False for access that a stack declares, but that was not read at Meta."""
    return row.status != UNKNOWN or bool(row.tasks)


def _requests(report: Report) -> frozenset[str]:
    """Return the ids of the requests. Pixels that a stack adds to a request are not a change."""
    return frozenset(row.subject_id for row in report.rows if row.route is Route.REQUEST) - {""}


def _differing(before: Row, after: Row) -> Iterator[str]:
    fields = list(_AT_META)
    if Managed.UNKNOWN not in (before.managed, after.managed):
        fields += _IN_STACKS
    for field in fields:
        values = (getattr(before, field), getattr(after, field))
        if values[0] != values[1] and not _UNKNOWN.intersection(values):
            yield field


_UNKNOWN: frozenset[object] = frozenset((UNKNOWN, Drift.UNKNOWN, End.UNKNOWN))
