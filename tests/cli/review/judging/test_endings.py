"""The deletions that a pipeline makes on the last day of access without a person."""

from __future__ import annotations

import json

import pytest

from metapixel_cli.review.judging.effects import Effect
from metapixel_cli.review.rendering.json_document import as_json
from metapixel_cli.stacks.engine import name_of
from tests.cli.review.streams import (
    ANSWER,
    LATER,
    PASSED,
    PERMISSION,
    SECRET,
    STANDING,
    TODAY,
    Event,
    account,
    active,
    answer,
    pending,
    permission,
    reviewed,
    share,
    standing,
    step,
)

STATUSES = ("WAITING", "OPEN", "ANSWERED", "UNCONFIRMED")
BUCKET: Event = {
    "resourcePreEvent": {
        "metadata": {
            "op": "create",
            "urn": "urn:pulumi:prod::shop::aws:s3:Bucket::logs",
            "type": "aws:s3:Bucket",
            "new": {"inputs": {}, "outputs": {}},
        },
        "planning": True,
    }
}
ENDED = step("delete", active(expires_on=PASSED), name="ended")
ACCOUNT = account("delete", "ACTIVE", name="account")
WAITING = account("delete", "WAITING_FOR_SHARE", name="account")


def due(*events: Event) -> list[str]:
    """The names of the resources in `due_deletions`."""
    found = json.loads(as_json(reviewed(*events)))
    return sorted(name_of(urn) for each in found["changes"] for urn in each["due_deletions"])


@pytest.mark.parametrize(
    ("events", "names"),
    [
        ([], []),
        ([ENDED], ["ended"]),
        ([ENDED, ACCOUNT], ["account", "ended"]),
        ([step("delete", pending(expires_on=PASSED))], ["campaigns"]),
        (
            [step("delete", share(status="DECLINED", granted=[], expires_on=PASSED)), WAITING],
            ["account", "campaigns"],
        ),
        (
            [ENDED, step("delete", active(expires_on="2026-11-01"), name="other")],
            ["ended", "other"],
        ),
        (
            [
                step("create-replacement", None, share(pixel="92"), name="ended"),
                step("delete-replaced", active(expires_on=PASSED), name="ended"),
            ],
            ["ended"],
        ),
    ],
)
def test_a_share_with_its_permissions_ends_after_its_day(
    events: list[Event], names: list[str]
) -> None:
    assert due(*events) == names


@pytest.mark.parametrize(
    "event",
    [
        step("delete", active(pixel="91", expires_on=TODAY.isoformat())),
        step("delete", active(pixel="91", expires_on=LATER)),
        step("delete", active(pixel="91", expires_on=SECRET)),
        step("delete", active(pixel="91")),
        step("delete", permission(pixel="91", status="ACTIVE"), name="account", kind=PERMISSION),
        step("create", None, share(pixel="91")),
        step("update", active(pixel="91"), share(("UPLOAD",), pixel="91")),
        step("update", active(("ANALYZE", "UPLOAD"), pixel="91"), share(pixel="91")),
        step("update", active(pixel="91"), share(pixel="91", expires_on=LATER)),
        step("update", active(pixel="91", expires_on=PASSED), share(pixel="91", expires_on=LATER)),
        step("create", None, answer("DECLINE"), kind=ANSWER),
        step("create", None, standing(), kind=STANDING),
        *[
            step("update", standing(status), standing(reason="new"), kind=STANDING)
            for status in STATUSES
        ],
        BUCKET,
        {"oracleEvent": {}},
    ],
)
def test_nothing_else_is_due(event: Event) -> None:
    assert due(ENDED, event) == ["ended"]


def test_a_share_that_ended_and_exists_under_a_new_name_does_not_end() -> None:
    renamed = step("create", None, share(expires_on=LATER), name="renamed")

    assert due(renamed, ENDED) == []


@pytest.mark.parametrize(
    "event",
    [
        step("create", None, permission(), name="account", kind=PERMISSION),
        step(
            "replace",
            permission("78", status="ACTIVE"),
            permission(),
            name="account",
            kind=PERMISSION,
        ),
    ],
)
def test_a_share_whose_update_permits_an_ad_account_is_not_due(event: Event) -> None:
    assert due(ENDED, event) == []


def test_a_kept_permission_ends_with_its_share() -> None:
    end = account("delete", "ACTIVE", kept=True, name="account")

    assert due(ENDED, end) == ["account", "ended"]


@pytest.mark.parametrize("other", [active(), active(expires_on=LATER), active(expires_on=SECRET)])
@pytest.mark.parametrize("turn", [1, -1])
def test_a_share_with_two_records_ends_on_the_later_day(
    other: dict[str, object], turn: int
) -> None:
    records = [ENDED, step("delete", other, name="other")]

    assert due(*records[::turn]) == []
    (change,) = reviewed(*records).changes
    assert "the state has several records of this share" in change.notes[0]


def test_a_new_ad_account_of_a_share_that_ends_waits_for_the_share() -> None:
    share, new = reviewed(ENDED, account("create", number="77")).changes

    assert (share.effect, new.effect) == (Effect.ENDED, Effect.WAITS)
    assert new.notes == ("waits until the agency has the share",)
