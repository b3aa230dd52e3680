"""Answers to sharing requests that an update gives, by their ids and by standing responses."""

from __future__ import annotations

from functools import partial

import pytest

from metapixel_cli.review.evaluation.review import FindingKind, Status
from tests.cli.review.streams import (
    ANSWER,
    LAST,
    PASSED,
    SECRET,
    STANDING,
    UNKNOWN,
    Event,
    answer,
    ends,
    replaced,
    reviewed,
    standing,
    step,
)
from tests.support.example import HARBOUR, NORTHLIGHT

SOONER, SOON, LATER = "2026-12-01", "2026-12-31", "2027-01-31"
WIDENS, NARROWS = {FindingKind.WIDENING}, {FindingKind.NARROWING}
WIDENED, UNCHANGED, UNCLEAR = Status.WIDENED, Status.UNCHANGED, Status.UNKNOWN


def answered(given: object, request: object = "77") -> Event:
    return step("create", new=answer(given, request), kind=ANSWER)


def sent_again(status: str) -> Event:
    old = answer("APPROVE") | {"outputs": {"request_id": "77", "status": status}}
    return step("update", old, answer("APPROVE"), kind=ANSWER)


def created(op: str = "create", old: dict[str, object] | None = None, **inputs: object) -> Event:
    return step(op, old, standing(**inputs), kind=STANDING)


def changed(status: object, old: object = "", new: object = "") -> Event:
    """An update of a standing response from one end date to another."""
    before = standing(status, expires_on=old, reason="contract 1")
    return step("update", before, standing(expires_on=new, reason="contract 2"), kind=STANDING)


@pytest.mark.parametrize(
    ("event", "status", "findings"),
    [
        (answered("APPROVE"), WIDENED, WIDENS),
        (answered("DECLINE"), Status.OTHER, set()),
        (sent_again("PENDING"), WIDENED, WIDENS),
        (sent_again("APPROVE"), UNCHANGED, set()),
        (answered("APPROVE", UNKNOWN), UNCLEAR, WIDENS),
        (answered("DECLINE", UNKNOWN), UNCLEAR, set()),
        (answered(UNKNOWN), UNCLEAR, WIDENS),
        (created(), WIDENED, WIDENS),
        (created("replace", standing("ANSWERED", owner_business_id="1")), WIDENED, WIDENS),
        (created(owner_business_id=UNKNOWN), UNCLEAR, WIDENS),
        (created(agency_business_id=SECRET), UNCLEAR, WIDENS),
        # After its last day, a standing response accepts nothing.
        (created(expires_on=LAST), WIDENED, WIDENS),
        (created(expires_on=PASSED), UNCHANGED, set()),
        (changed("OPEN", LAST, LAST), WIDENED, WIDENS),
        (changed("OPEN", PASSED, PASSED), UNCHANGED, set()),
        # Another reason sends an answer only if a request is open, or may be.
        (changed("UNCONFIRMED"), WIDENED, WIDENS),
        (changed(SECRET), UNCLEAR, WIDENS),
        (changed("WAITING"), UNCHANGED, set()),
        (changed("WAITING", SECRET, SOON), UNCLEAR, WIDENS),
        # Another end date counts as for a share.
        *(
            (of(SOON, day), Status.END_DATES, findings)
            for of in (ends, partial(changed, "WAITING"))
            for day, findings in ((LATER, WIDENS), ("", WIDENS), (SOONER, NARROWS))
        ),
        (changed("WAITING", "", SOONER), Status.END_DATES, NARROWS),
        # The state has the owner that the program hides.
        (created("update", standing("OPEN"), owner_business_id=SECRET), WIDENED, WIDENS),
    ],
)
def test_an_answer_that_may_give_access_for_longer_is_a_widening(
    event: Event, status: Status, findings: set[FindingKind]
) -> None:
    found = reviewed(event)

    assert found.status is status
    assert {*found.findings} & (WIDENS | NARROWS) == findings
    assert (FindingKind.UNKNOWN in found.findings) is (status is UNCLEAR)


@pytest.mark.parametrize(("configured", "last_day"), [(PASSED, PASSED), (LATER, LAST)])
def test_a_configured_date_can_only_prolong_what_a_standing_response_accepts(
    configured: str, last_day: str
) -> None:
    configuration: Event = {"preludeEvent": {"config": {"metapixel:today": configured}}}

    assert reviewed(configuration, created(expires_on=last_day)).status is WIDENED


def test_an_answer_that_is_replaced_is_given_once_and_for_the_new_agency() -> None:
    old = answer("APPROVE", agency_business_id=HARBOUR)
    old["outputs"] = {"status": "APPROVE"}
    new = answer("APPROVE", agency_business_id=NORTHLIGHT)
    found = reviewed(*replaced(old, new, kind=ANSWER))

    assert [each.agency_id for each in found.answers] == [NORTHLIGHT]
    assert found.status is WIDENED


@pytest.mark.parametrize("status", ["WAITING", "OPEN", "ANSWERED", "UNCONFIRMED"])
def test_a_standing_response_that_is_removed_or_unchanged_answers_nothing(status: str) -> None:
    removed = reviewed(step("delete", standing(status), kind=STANDING))
    read = reviewed(step("read", standing(status), {"external": True}, kind=STANDING))
    same = reviewed(step("same", standing(status), standing(), kind=STANDING))

    assert (removed.status, same.status) == (Status.OTHER, UNCHANGED)
    for found in (removed, read):
        (left,) = found.answers
        assert (left.is_removed, left.answer, left.agency_id) == (True, "", NORTHLIGHT)
    assert (removed.findings, same.findings) == ((FindingKind.UPDATE,), ())
    assert same.answers == ()
