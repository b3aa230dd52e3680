"""The finding that lets a pipeline end access on its day without a person."""

from __future__ import annotations

from datetime import date

import pytest

from metapixel_cli.review.judging.change import Effect
from metapixel_cli.review.judging.review import Finding, review
from metapixel_cli.review.reading.output import read
from tests.cli.review.streams import (
    ANSWER,
    SECRET,
    STANDING,
    Event,
    active,
    answer,
    pending,
    permission,
    said,
    share,
    standing,
    step,
    stream,
    summary,
)

TODAY = date(2026, 11, 26)
PASSED, LATER = "2026-11-25", "2026-12-31"
PERMISSION = "PixelAdAccountPermission"
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


def does_more(*events: Event, end: Event | None = None) -> bool:
    found = review(read(stream(*events, end=end)), today=TODAY)
    return Finding.MORE_THAN_ENDINGS in found.findings


@pytest.mark.parametrize(
    "events",
    [
        [],
        [ENDED],
        [ENDED, step("delete", permission(status="ACTIVE"), name="account", kind=PERMISSION)],
        [step("delete", pending(expires_on=PASSED))],
        [ENDED, step("same", active(pixel="91"), share(pixel="91"), name="same")],
        [ENDED, step("update", active(pixel="91"), share(pixel="91", reason="new"), name="new")],
        [ENDED, step("delete", standing("OPEN"), kind=STANDING)],
    ],
)
def test_an_update_only_ends_access_on_its_day(events: list[Event]) -> None:
    assert not does_more(*events)


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
        step("replace", active(pixel="91", expires_on=PASSED), share(pixel="92")),
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
def test_an_update_does_more_than_end_access_on_its_day(event: Event) -> None:
    assert does_more(ENDED, event)


def test_a_share_that_ended_and_exists_under_a_new_name_does_not_end() -> None:
    renamed = step("create", None, share(expires_on=LATER), name="renamed")

    assert does_more(renamed, ENDED)


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
def test_an_update_that_permits_an_ad_account_of_a_share_that_ends_does_more(
    event: Event,
) -> None:
    assert does_more(ENDED, event)


def test_a_kept_permission_ends_with_its_share() -> None:
    kept = permission(status="ACTIVE") | {"retainOnDelete": True}

    assert not does_more(ENDED, step("delete", kept, name="account", kind=PERMISSION))


@pytest.mark.parametrize("other", [active(), active(expires_on=LATER), active(expires_on=SECRET)])
@pytest.mark.parametrize("turn", [1, -1])
def test_a_share_with_two_records_ends_on_the_later_day(
    other: dict[str, object], turn: int
) -> None:
    records = [ENDED, step("delete", other, name="other")]

    assert does_more(*records[::turn])


def test_a_share_with_two_records_whose_days_have_passed_ends() -> None:
    assert not does_more(ENDED, step("delete", active(expires_on="2026-11-01"), name="other"))


def test_a_new_ad_account_of_a_share_that_ends_waits_for_the_share() -> None:
    created = step("create", None, permission("77"), name="account", kind=PERMISSION)

    (change,) = review(read(stream(ENDED, created)), today=TODAY).changes

    assert change.effect is Effect.ENDED
    assert change.after.waiting_ad_accounts == ("77",)
    assert change.notes == ("its ad accounts wait until the agency has the share",)


def test_a_preview_that_failed_may_do_more_than_end_access_on_its_day() -> None:
    assert does_more(ENDED, said("no"), end=summary("failed"))
