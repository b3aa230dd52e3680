"""Answers to sharing requests that an update gives, by their ids and by standing responses."""

from __future__ import annotations

from datetime import date

import pytest

from metapixel_cli.review.judging.review import Finding, Review, Status, review
from metapixel_cli.review.reading.output import read
from tests.cli.review.streams import (
    ANSWER,
    SECRET,
    STANDING,
    UNKNOWN,
    active,
    answer,
    reviewed,
    standing,
    step,
    stream,
)
from tests.support.example import HARBOUR, NORTHLIGHT

EVERY_STATUS = ["WAITING", "OPEN", "ANSWERED", "UNCONFIRMED"]


def answered(given: object, request: object = "77", **inputs: object) -> Review:
    return reviewed(step("create", new=answer(given, request, **inputs), kind=ANSWER))


def changed(status: object, old: object = "", new: object = "") -> Review:
    """The review of an update of a standing response from one end date to another."""
    before = standing(status, expires_on=old, reason="contract 1")
    after = standing(expires_on=new, reason="contract 2")
    return reviewed(step("update", before, after, kind=STANDING))


def test_approving_a_request_is_a_gain_and_declining_it_is_none() -> None:
    assert answered("APPROVE").status is Status.WIDENED
    assert answered("DECLINE").status is Status.UNCHANGED


@pytest.mark.parametrize(
    ("given", "request_id"), [("APPROVE", UNKNOWN), ("DECLINE", UNKNOWN), (UNKNOWN, "77")]
)
def test_an_answer_with_an_unknown_request_or_status_makes_the_access_unknown(
    given: object, request_id: object
) -> None:
    found = answered(given, request_id)

    assert found.status is Status.UNKNOWN
    assert Finding.UNKNOWN in found.findings


@pytest.mark.parametrize("request_id", ["77", UNKNOWN])
def test_an_answer_that_may_approve_is_a_widening_even_if_its_request_is_unknown(
    request_id: object,
) -> None:
    assert Finding.WIDENING in answered("APPROVE", request_id).findings
    assert Finding.WIDENING in answered(UNKNOWN, request_id).findings


def test_an_answer_that_is_replaced_is_given_once_and_for_the_new_agency() -> None:
    old = answer("APPROVE", agency_business_id=HARBOUR)
    old["outputs"] = {"status": "APPROVE"}
    new = answer("APPROVE", agency_business_id=NORTHLIGHT)
    found = reviewed(
        step("create-replacement", old, new, kind=ANSWER),
        step("replace", old, new, kind=ANSWER),
        step("delete-replaced", old, kind=ANSWER),
    )

    assert [each.agency_id for each in found.answers] == [NORTHLIGHT]
    assert found.status is Status.WIDENED


@pytest.mark.parametrize(
    ("op", "old"),
    [("create", None), ("import", None), ("replace", standing("ANSWERED", owner_business_id="1"))],
)
def test_a_new_standing_response_is_a_widening(op: str, old: dict[str, object] | None) -> None:
    found = reviewed(step(op, old, standing(), kind=STANDING))

    assert found.status is Status.WIDENED
    assert Finding.WIDENING in found.findings


@pytest.mark.parametrize(
    ("status", "access"),
    [
        ("OPEN", Status.WIDENED),
        ("UNCONFIRMED", Status.WIDENED),
        (SECRET, Status.UNKNOWN),
    ],
)
def test_an_update_of_a_standing_response_that_may_send_an_answer_is_a_widening(
    status: object, access: Status
) -> None:
    found = changed(status)

    assert found.status is access
    assert Finding.WIDENING in found.findings


@pytest.mark.parametrize("status", ["WAITING", "ANSWERED"])
def test_another_reason_of_a_standing_response_without_an_open_request_is_no_widening(
    status: str,
) -> None:
    found = changed(status)

    assert found.status is Status.UNCHANGED
    assert not {Finding.WIDENING, Finding.NARROWING} & {*found.findings}


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("2026-12-31", "2027-01-31", Finding.WIDENING),
        ("2026-12-31", "", Finding.WIDENING),
        ("2026-12-31", "2026-12-01", Finding.NARROWING),
        ("", "2026-12-01", Finding.NARROWING),
    ],
)
def test_another_end_date_of_a_standing_response_counts_as_for_a_share(
    old: str, new: str, finding: Finding
) -> None:
    share = reviewed(step("update", active(expires_on=old), active(expires_on=new)))
    found = changed("WAITING", old, new)
    both = {Finding.WIDENING, Finding.NARROWING}

    assert found.status is share.status is Status.END_DATES
    assert {*found.findings} & both == {*share.findings} & both == {finding}


@pytest.mark.parametrize(("expires_on", "widens"), [("2026-11-25", False), ("2026-11-26", True)])
def test_a_standing_response_whose_last_day_has_passed_accepts_nothing(
    expires_on: str, widens: bool
) -> None:
    old, new = standing("OPEN", expires_on=expires_on), standing(expires_on=expires_on)
    steps = step("create", new=new, kind=STANDING), step("update", old, new, kind=STANDING)

    for each in steps:
        found = review(read(stream(each)), today=date(2026, 11, 26))
        assert (Finding.WIDENING in found.findings) is widens


@pytest.mark.parametrize(
    "inputs",
    [{"owner_business_id": UNKNOWN}, {"agency_business_id": SECRET}],
)
def test_a_standing_response_of_an_unknown_business_makes_the_access_unknown(
    inputs: dict[str, object],
) -> None:
    found = reviewed(step("create", new=standing(**inputs), kind=STANDING))

    assert found.status is Status.UNKNOWN
    assert Finding.WIDENING in found.findings


def test_an_end_date_of_a_standing_response_that_is_not_known_makes_the_access_unknown() -> None:
    found = changed("WAITING", "2026-12-31", UNKNOWN)

    assert found.status is Status.UNKNOWN
    assert Finding.WIDENING in found.findings


@pytest.mark.parametrize("status", EVERY_STATUS)
def test_the_removal_of_a_standing_response_takes_nothing_away(status: str) -> None:
    found = reviewed(step("delete", standing(status), kind=STANDING))

    assert (found.status, found.answers) == (Status.UNCHANGED, ())
    assert found.findings == (Finding.UPDATE,)


@pytest.mark.parametrize("status", EVERY_STATUS)
def test_an_unchanged_standing_response_answers_nothing(status: str) -> None:
    found = reviewed(step("same", standing(status), standing(), kind=STANDING))

    assert (found.status, found.answers, found.findings) == (Status.UNCHANGED, (), ())


def test_a_hidden_owner_of_a_standing_response_is_read_from_the_state() -> None:
    old, new = standing("OPEN", expires_on=""), standing(owner_business_id=SECRET, expires_on="")
    found = reviewed(step("update", old, new, kind=STANDING))

    assert found.status is Status.WIDENED
