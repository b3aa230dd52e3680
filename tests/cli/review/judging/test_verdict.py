"""The verdict on a grant before and after an update."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from metapixel_cli.grants.grant import ACCOUNT_TASKS, NOTHING, Grant, Key
from metapixel_cli.review.judging.change import Change
from metapixel_cli.review.judging.effects import Acceptance, Effect
from metapixel_cli.review.judging.records import Record
from metapixel_cli.review.reading.preview import Snapshot, Step
from metapixel_provider.sharing.resource_types import ResourceType

ONE, BOTH = Grant(("ANALYZE",), status="ACTIVE"), Grant(("ANALYZE", "UPLOAD"), status="ACTIVE")
OTHER, SOME = Grant(("UPLOAD",), status="ACTIVE"), Grant(("ANALYZE",), False, status="ACTIVE")
PENDING = Grant(requested_tasks=("ANALYZE", "UPLOAD"), status="PENDING")
LESS = Grant(requested_tasks=("ANALYZE",), status="PENDING")
DECLINED = Grant(requested_tasks=("ANALYZE",), status="DECLINED")
ACCOUNT = Grant(ACCOUNT_TASKS, status="ACTIVE")
WAITING = Grant(requested_tasks=ACCOUNT_TASKS, status="WAITING_FOR_SHARE")


def record(op: str) -> Record:
    step = Step(op, "", ResourceType.SHARE, True, Snapshot({}, {}), None)
    return Record(0, step, Snapshot({}, {}), NOTHING)


SAME, UPDATED, DROPPED = ({"olds": [record(op)]} for op in ("same", "update", "delete"))
UNCONFIRMED = replace(record("update"), grant=Grant(status="UNCONFIRMED"))
ANEW = DROPPED | {"news": [record("create")]}


def until(day: str | None) -> Grant:
    return replace(ONE, expires_on=day)


@pytest.mark.parametrize(
    ("before", "after", "facts", "effect"),
    [
        (NOTHING, ONE, {}, Effect.WIDENED),
        (ONE, BOTH, {}, Effect.WIDENED),
        (BOTH, ONE, {}, Effect.NARROWED),
        (ONE, OTHER, {}, Effect.GAINS_AND_LOSES),
        (ONE, NOTHING, DROPPED, Effect.REMOVED),
        (ONE, NOTHING, DROPPED | {"ended_on": "2026-01-31"}, Effect.ENDED),
        (ONE, ONE, {"is_unmanaged": True}, Effect.UNMANAGED),
        (ONE, ONE, {}, Effect.UNCHANGED),
        (ONE, BOTH, {"is_refused": True}, Effect.REFUSED),
        (ONE, SOME, {}, Effect.UNKNOWN),
        (SOME, ONE, {}, Effect.UNKNOWN),
        (SOME, SOME, {"is_touched": False}, Effect.UNCHANGED),
        (ONE, ONE, {"key": Key("100", None)}, Effect.UNKNOWN),
        (ONE, ONE, {"is_unclear": True}, Effect.UNKNOWN),
        (ONE, ONE, {"sends": True, "olds": [UNCONFIRMED]}, Effect.WIDENED),
        (until(""), until("2027-01-31"), {}, Effect.EARLIER_END),
        (until("2026-01-31"), until("2027-01-31"), {}, Effect.LATER_END),
        (until("2027-01-31"), until("2026-01-31"), {"today": date(2026, 2, 1)}, Effect.UNCHANGED),
        (until("2027-01-31"), until(None), {}, Effect.UNKNOWN),
        (until(None), until("2026-01-31"), {"today": date(2026, 2, 1)}, Effect.UNKNOWN),
        (until("2027-01-31"), until(None), SAME, Effect.UNCHANGED),
        (PENDING, ONE, {}, Effect.REQUEST_CHANGED),
        (LESS, BOTH, {}, Effect.WIDENED),
        (LESS, LESS, {"acceptance": Acceptance.NEEDED}, Effect.REQUEST_CHANGED),
        (PENDING, NOTHING, DROPPED, Effect.WITHDRAWN),
        (DECLINED, ONE, {}, Effect.WIDENED),
        (DECLINED, NOTHING, {}, Effect.NOT_ASKED),
        (DECLINED, NOTHING, SAME, Effect.UNCHANGED),
        (DECLINED, NOTHING, DROPPED, Effect.REMOVED_WITHOUT_ACCESS),
        (NOTHING, ACCOUNT, {}, Effect.WIDENED),
        (WAITING, ACCOUNT, {}, Effect.WIDENED),
        (ACCOUNT, NOTHING, {}, Effect.REMOVED),
        (NOTHING, WAITING, {}, Effect.WAITS),
        (WAITING, WAITING, ANEW, Effect.UNCHANGED),
        (WAITING, NOTHING, DROPPED, Effect.REMOVED_WITHOUT_ACCESS),
    ],
)
def test_a_grant_before_and_after_an_update_has_one_verdict(
    before: Grant, after: Grant, facts: dict[str, object], effect: Effect
) -> None:
    facts = {"key": Key("100", "11"), **UPDATED, **facts}

    assert Change(before=before, after=after, **facts).effect is effect  # type: ignore[arg-type]
