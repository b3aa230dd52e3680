"""Answers to sharing requests that an update gives."""

from __future__ import annotations

import pytest

from metapixel_cli.review.judging.review import Finding, Review, Status, review
from metapixel_cli.review.reading.output import read
from tests.cli.review.streams import (
    UNKNOWN,
    Event,
    step,
    stream,
)


def reviewed(*events: Event) -> Review:
    return review(read(stream(*events)))


def answered(answer: object, request: object = "77") -> Review:
    inputs = {"request_id": request, "request_status": answer}
    return reviewed(step("create", new={"inputs": inputs}, kind="PixelSharingRequestResponse"))


def test_approving_a_request_is_a_gain_and_declining_it_is_none() -> None:
    assert answered("APPROVE").status is Status.WIDENED
    assert answered("DECLINE").status is Status.UNCHANGED
    assert answered("APPROVE", "").status is Status.UNCHANGED


@pytest.mark.parametrize(
    ("answer", "request_id"), [("APPROVE", UNKNOWN), ("DECLINE", UNKNOWN), (UNKNOWN, "77")]
)
def test_an_answer_with_an_unknown_request_or_status_makes_the_access_unknown(
    answer: object, request_id: object
) -> None:
    found = answered(answer, request_id)

    assert found.status is Status.UNKNOWN
    assert Finding.UNKNOWN in found.findings


@pytest.mark.parametrize("request_id", ["77", UNKNOWN])
def test_an_answer_that_may_approve_is_a_widening_even_if_its_request_is_unknown(
    request_id: object,
) -> None:
    assert Finding.WIDENING in answered("APPROVE", request_id).findings
    assert Finding.WIDENING in answered(UNKNOWN, request_id).findings
