"""Answers to sharing requests that an update gives."""

from __future__ import annotations

from metapixel_cli.review.judging.review import Review, Status, review
from metapixel_cli.review.reading.output import read
from tests.cli.review.streams import (
    UNKNOWN,
    Event,
    step,
    stream,
)


def reviewed(*events: Event) -> Review:
    return review(read(stream(*events)))


def test_approving_a_request_is_a_gain_and_declining_it_is_none() -> None:
    kind = "PixelSharingRequestResponse"

    def answered(answer: object, request: object = "77") -> Review:
        inputs = {"request_id": request, "request_status": answer}
        return reviewed(step("create", new={"inputs": inputs}, kind=kind))

    assert answered("APPROVE").status is Status.WIDENED
    assert answered("APPROVE", UNKNOWN).status is Status.WIDENED
    assert answered(UNKNOWN).status is Status.WIDENED
    assert answered("DECLINE").status is Status.UNCHANGED
    assert answered("APPROVE", "").status is Status.UNCHANGED
