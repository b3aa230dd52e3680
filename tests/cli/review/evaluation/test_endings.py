"""Ends of access after its last day, which a pipeline makes without a person."""

from __future__ import annotations

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
    replaced,
    share,
    step,
    verdicts,
)
from tests.conftest import Approve

PAST = active(expires_on=PASSED)
ENDED = step("delete", PAST, name="ended")
ACCOUNT = account("delete", "ACTIVE", name="account")
WAITING = account("delete", "WAITING_FOR_SHARE", name="account")
KEPT = account("delete", "ACTIVE", kept=True, name="account")
DECLINED = share(status="DECLINED", granted=[], expires_on=PASSED)
NO_END = step("delete", active(), name="other")
LATER_END = step("delete", active(expires_on=LATER), name="other")
ENDINGS: dict[str, list[Event]] = {
    "ended": [ENDED],
    "on the last day": [step("delete", active(expires_on=LAST))],
    "secret day": [step("delete", active(expires_on=SECRET))],
    "no date": [step("delete", active(expires_on="2020"))],
    "with its account": [ENDED, ACCOUNT],
    # A kept permission ends with its share.
    "with its kept account": [ENDED, KEPT],
    # A permission that the program still declares ends too, but the update does not delete it.
    "with its declared account": [ENDED, account("same", "ACTIVE")],
    "only its account": [step("same", PAST, share(expires_on=PASSED)), ACCOUNT],
    "request": [step("delete", pending(expires_on=PASSED))],
    "declined": [step("delete", DECLINED, name="ended"), WAITING],
    "two records": [ENDED, step("delete", active(expires_on="2026-11-01"), name="other")],
    "another pixel": [
        step("create-replacement", PAST, share(pixel="92"), name="ended"),
        step("delete-replaced", PAST, name="ended"),
    ],
    # The share exists under a new name, or its update permits an ad account.
    "renamed": renamed(PAST, share(expires_on=PASSED)),
    "new account": [ENDED, account("create")],
    "another account": [
        ENDED,
        step("replace", permission("78", status="ACTIVE"), permission(), kind=PERMISSION),
    ],
    # Of two records, the later day counts.
    "two records, no end": [ENDED, NO_END],
    "two records, no end, deleted first": [NO_END, ENDED],
    "two records, later end": [ENDED, LATER_END],
    "two records, later end, deleted first": [LATER_END, ENDED],
}


def test_only_a_share_that_is_removed_after_its_last_day_ends_as_declared(approve: Approve) -> None:
    approve("review-endings.txt", verdicts(ENDINGS))


def test_a_note_has_the_end_date_of_a_withdrawn_request_or_that_there_are_two_records() -> None:
    withdrawn = only(step("delete", pending(expires_on=PASSED)))
    several = only(ENDED, step("delete", active(), name="other"))
    adopted = only(*replaced(PAST, active(), "import-replacement"))

    assert withdrawn.notes == (f"the end date {PASSED} has passed",)
    assert "the state has several records of this share" in several.notes[0]
    assert adopted.notes == ()
