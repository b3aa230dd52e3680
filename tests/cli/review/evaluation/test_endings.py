"""Ends of access after its last day, which a pipeline makes without a person."""

from __future__ import annotations

import pytest

from tests.cli.review.streams import (
    LAST,
    LATER,
    PASSED,
    PERMISSION,
    SECRET,
    Event,
    account,
    active,
    only,
    pending,
    permission,
    renamed,
    share,
    step,
    told,
)
from tests.support.example import NORTHLIGHT

PAST = active(expires_on=PASSED)
ENDED = step("delete", PAST, name="ended")
ACCOUNT = account("delete", "ACTIVE", name="account")
WAITING = account("delete", "WAITING_FOR_SHARE", name="account")
KEPT = account("delete", "ACTIVE", kept=True, name="account")
DECLINED = share(status="DECLINED", granted=[], expires_on=PASSED)
IS_OVER = "narrowed: share removed-after-end-date -ANALYZE"
BOTH_ARE_OVER = f"{IS_OVER} due(ended,account); account removed-after-end-date -ADVERTISE"
SEVERAL = "narrowed: share removed -ANALYZE"


@pytest.mark.parametrize(
    ("events", "found"),
    [
        ([ENDED], f"{IS_OVER} due(ended)"),
        *[
            ([step("delete", active(expires_on=day))], "narrowed: share removed -ANALYZE")
            for day in (LAST, SECRET, "2020")
        ],
        ([ENDED, ACCOUNT], BOTH_ARE_OVER),
        # A kept permission ends with its share.
        ([ENDED, KEPT], BOTH_ARE_OVER),
        # A permission that the program still declares ends too, but the update does not delete it.
        (
            [ENDED, account("same", "ACTIVE")],
            f"{IS_OVER} due(ended); account removed-after-end-date -ADVERTISE",
        ),
        (
            [step("same", PAST, share(expires_on=PASSED)), ACCOUNT],
            f"narrowed: account removed -ADVERTISE; overdue: {NORTHLIGHT}",
        ),
        (
            [step("delete", pending(expires_on=PASSED))],
            "other-changes: share request-withdrawn ~ANALYZE due(campaigns)",
        ),
        (
            [step("delete", DECLINED, name="ended"), WAITING],
            "other-changes: share removed-without-access due(ended,account); "
            "account removed-without-access",
        ),
        (
            [ENDED, step("delete", active(expires_on="2026-11-01"), name="other")],
            f"{IS_OVER} due(ended,other)",
        ),
        (
            [
                step("create-replacement", PAST, share(pixel="92"), name="ended"),
                step("delete-replaced", PAST, name="ended"),
            ],
            f"widened-and-{IS_OVER.replace(': ', ': share widened +ANALYZE may-be-needed; ')} "
            "due(ended)",
        ),
        # The share exists under a new name, or its update permits an ad account.
        (renamed(PAST, share(expires_on=PASSED)), f"unchanged: overdue: {NORTHLIGHT}"),
        ([ENDED, account("create")], f"{IS_OVER}; account waits"),
        (
            [
                ENDED,
                step(
                    "replace",
                    permission("78", status="ACTIVE"),
                    permission(),
                    name="account",
                    kind=PERMISSION,
                ),
            ],
            f"{IS_OVER}; account 78 removed-after-end-date -ADVERTISE; account waits",
        ),
        # Of two records, the later day counts.
        *[
            ([ENDED, step("delete", other, name="other")][::turn], SEVERAL)
            for other in (active(), active(expires_on=LATER))
            for turn in (1, -1)
        ],
    ],
)
def test_only_a_share_that_is_removed_after_its_last_day_ends_as_declared(
    events: list[Event], found: str
) -> None:
    assert told(*events) == found


def test_a_note_has_the_end_date_of_a_withdrawn_request_or_that_there_are_two_records() -> None:
    withdrawn = only(step("delete", pending(expires_on=PASSED)))
    several = only(ENDED, step("delete", active(), name="other"))
    replaced = only(
        step("import-replacement", PAST, active()),
        step("replace", PAST, active()),
        step("delete-replaced", PAST),
    )

    assert withdrawn.notes == (f"the end date {PASSED} has passed",)
    assert "the state has several records of this share" in several.notes[0]
    assert replaced.notes == ()
