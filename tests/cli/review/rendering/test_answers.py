"""The rows of answers to sharing requests."""

from __future__ import annotations

import pytest

from metapixel_cli.review.rendering.budget import GITHUB_LIMIT
from metapixel_cli.review.rendering.comment import comment
from tests.cli.review.streams import (
    ANSWER,
    STANDING,
    UNKNOWN,
    Event,
    answer,
    reviewed,
    standing,
    step,
)
from tests.support.example import NORTHLIGHT, OWNER


def written(event: Event) -> str:
    return comment(reviewed(event), GITHUB_LIMIT)


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (
            step("create", new=standing(expires_on="2027-06-30", reason="a|b"), kind=STANDING),
            f"business `{NORTHLIGHT}` accepts each sharing request of business `{OWNER}`, with all "
            "assets of the request, perhaps several pixels and other assets; from then on, this "
            "owner can share more without asking; last day 2027-06-30; reason: “a\\|b”",
        ),
        (
            step("update", standing("OPEN"), standing(), kind=STANDING),
            f"business `{NORTHLIGHT}` accepts an open sharing request of business `{OWNER}`, with "
            "all assets of the request, perhaps several pixels and other assets; from then on, "
            "this owner can share more without asking; no end date",
        ),
        (
            step("update", standing("UNCONFIRMED"), standing(reason=UNKNOWN), kind=STANDING),
            f"business `{NORTHLIGHT}` may accept a request of business `{OWNER}` again, because no "
            "read has confirmed the answer; no end date; reason: unknown",
        ),
        (
            step(
                "update",
                standing("WAITING", expires_on="2026-12-31"),
                standing(expires_on="2027-01-31"),
                kind=STANDING,
            ),
            f"business `{NORTHLIGHT}` does not accept a request of business `{OWNER}` in this "
            "update; the end date changes from 2026-12-31 to 2027-01-31 (later)",
        ),
        (
            step("create", new=standing(owner_business_id=UNKNOWN), kind=STANDING),
            f"business `{NORTHLIGHT}` accepts each sharing request of an unknown business, with "
            "all assets of the request, perhaps several pixels and other assets; from then on, "
            "this owner can share more without asking; no end date",
        ),
        (
            step("create", new=answer("APPROVE"), kind=ANSWER),
            "sharing request `77` is approved: the business that received it gains the access that "
            "the request offers",
        ),
        (
            step(
                "create",
                new=answer(
                    "APPROVE", UNKNOWN, owner_business_id=OWNER, agency_business_id=NORTHLIGHT
                ),
                kind=ANSWER,
            ),
            f"an unknown sharing request of business `{OWNER}` is approved: business "
            f"`{NORTHLIGHT}` gains the access that the request offers",
        ),
        (
            step("create", new=answer("DECLINE", owner_business_id=OWNER), kind=ANSWER),
            f"sharing request `77` of business `{OWNER}` is declined",
        ),
        (
            step("create", new=answer(UNKNOWN), kind=ANSWER),
            "sharing request `77` is answered; the answer is unknown before the update",
        ),
    ],
)
def test_an_answer_states_who_takes_on_what_from_whom(event: Event, words: str) -> None:
    (found,) = (line for line in written(event).splitlines() if "campaigns: " in line)

    assert found.removeprefix("- ").removeprefix("🔺 ") == f"campaigns: {words}"
