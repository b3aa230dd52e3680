"""The verdict on a grant before and after an update."""

from __future__ import annotations

from dataclasses import replace

import pytest

from metapixel_cli.grants.grant import ACCOUNT_TASKS, NOTHING, Grant
from metapixel_cli.review.judging.change import Case, Effect

ONE, BOTH = Grant(("ANALYZE",), status="ACTIVE"), Grant(("ANALYZE", "UPLOAD"), status="ACTIVE")
OTHER, SOME = Grant(("UPLOAD",), status="ACTIVE"), Grant(("ANALYZE",), False, status="ACTIVE")
PENDING = Grant(requested_tasks=("ANALYZE", "UPLOAD"), status="PENDING")
LESS = Grant(requested_tasks=("ANALYZE",), status="PENDING")
DECLINED = Grant(requested_tasks=("ANALYZE",), status="DECLINED")
ACCOUNT = Grant(ACCOUNT_TASKS, status="ACTIVE")
WAITING = Grant(requested_tasks=ACCOUNT_TASKS, status="WAITING_FOR_SHARE")
REMOVED = {"is_dropped": True, "is_removed": True}


def until(day: str | None) -> Grant:
    return replace(ONE, expires_on=day)


@pytest.mark.parametrize(
    ("before", "after", "facts", "effect"),
    [
        (NOTHING, ONE, {}, Effect.WIDENED),
        (ONE, BOTH, {}, Effect.WIDENED),
        (BOTH, ONE, {}, Effect.NARROWED),
        (ONE, OTHER, {}, Effect.GAINS_AND_LOSES),
        (ONE, NOTHING, REMOVED, Effect.REMOVED),
        (ONE, NOTHING, REMOVED | {"ended_on": "2026-01-31"}, Effect.ENDED),
        (ONE, ONE, {"is_unmanaged": True}, Effect.UNMANAGED),
        (ONE, ONE, {}, Effect.UNCHANGED),
        (ONE, BOTH, {"is_refused": True}, Effect.REFUSED),
        (ONE, SOME, {}, Effect.UNKNOWN),
        (SOME, SOME, {"is_touched": False}, Effect.UNCHANGED),
        (ONE, ONE, {"is_hidden": True}, Effect.UNKNOWN),
        (ONE, ONE, {"is_unclear": True}, Effect.UNKNOWN),
        (ONE, ONE, {"sent_again": {"ANALYZE"}}, Effect.WIDENED),
        (until(""), until("2027-01-31"), {}, Effect.EARLIER_END),
        (until("2026-01-31"), until("2027-01-31"), {}, Effect.LATER_END),
        (until("2027-01-31"), until("2026-01-31"), {"overdue": True}, Effect.UNCHANGED),
        (until("2027-01-31"), until(None), {}, Effect.UNKNOWN),
        (until("2027-01-31"), until(None), {"is_written": False}, Effect.UNCHANGED),
        (PENDING, ONE, {}, Effect.REQUEST_CHANGED),
        (LESS, BOTH, {}, Effect.WIDENED),
        (LESS, LESS, {"is_asked": True}, Effect.REQUEST_CHANGED),
        (PENDING, NOTHING, REMOVED, Effect.WITHDRAWN),
        (DECLINED, ONE, {}, Effect.WIDENED),
        (DECLINED, NOTHING, {}, Effect.NOT_ASKED),
        (DECLINED, NOTHING, {"is_written": False}, Effect.UNCHANGED),
        (DECLINED, NOTHING, REMOVED, Effect.REMOVED_WITHOUT_ACCESS),
        (NOTHING, ACCOUNT, {}, Effect.WIDENED),
        (WAITING, ACCOUNT, {}, Effect.WIDENED),
        (ACCOUNT, NOTHING, {}, Effect.REMOVED),
        (NOTHING, WAITING, {}, Effect.WAITS),
        (WAITING, WAITING, {"is_dropped": True}, Effect.UNCHANGED),
        (WAITING, NOTHING, REMOVED, Effect.REMOVED_WITHOUT_ACCESS),
    ],
)
def test_a_pair_of_grants_has_one_verdict(
    before: Grant, after: Grant, facts: dict[str, object], effect: Effect
) -> None:
    assert Case(before, after, **facts).effect is effect  # type: ignore[arg-type]
