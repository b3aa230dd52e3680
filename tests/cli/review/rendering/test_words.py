"""The status line and the rows, for readers who know neither Pulumi nor Meta."""

from __future__ import annotations

from datetime import date

import pytest

from metapixel_cli.review.judging.review import review
from metapixel_cli.review.reading.output import read
from metapixel_cli.review.rendering.budget import GITHUB_LIMIT
from metapixel_cli.review.rendering.comment import comment
from tests.cli.review.streams import (
    SECRET,
    Event,
    active,
    pending,
    permission,
    share,
    step,
    stream,
    violation,
)
from tests.support.example import HARBOUR, HARBOUR_ACCOUNT

BOTH = ("ANALYZE", "ADVERTISE")
DECLINED = share(status="DECLINED", granted=[])


def written(*events: Event) -> str:
    return comment(review(read(stream(*events)), today=date(2026, 11, 26)), GITHUB_LIMIT)


def headline(*events: Event) -> str:
    return written(*events).splitlines()[1].removeprefix("### ")


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("", "2027-01-01", "🔻 Only end dates change: 1 end date is added"),
        ("2027-06-01", "2027-01-01", "🔻 Only end dates change: 1 end date is earlier"),
        ("2027-01-01", "2027-06-01", "🔺 Only end dates change: 1 end date is later"),
        ("2027-01-01", "", "🔺 Only end dates change: 1 end date is removed"),
    ],
)
def test_another_end_date_neither_gains_nor_loses_access(
    before: str, after: str, words: str
) -> None:
    assert headline(step("update", active(expires_on=before), share(expires_on=after))) == words


def test_an_open_request_that_the_update_changes_is_sent_again() -> None:
    request = "must accept sharing request 77, sent on 2026-11-20, which the update sends again"

    assert request in written(step("update", pending(), share(BOTH)))


def test_access_that_stays_at_meta_without_its_resource_is_in_the_headline() -> None:
    kept = active() | {"retainOnDelete": True}

    assert headline(step("delete", kept)) == (
        "✅ Access unchanged: access of 1 agency is no longer managed"
    )


def test_an_end_date_is_reported_beside_a_gain() -> None:
    edited = step("update", active(), share(BOTH, expires_on="2027-01-01"))

    assert headline(edited) == (
        "🔺🔻 More and less access: 1 agency gains access, 1 end date is added"
    )


def test_a_blocked_change_of_only_an_end_date_would_change_only_end_dates() -> None:
    edited = step("update", active(), share(expires_on="2027-01-01"))

    assert "would change only end dates: 1 end date is added" in headline(edited, violation())


def test_an_agency_with_an_unknown_change_may_gain_access() -> None:
    edited = step("update", active(expires_on=SECRET), share(expires_on=SECRET))

    assert headline(edited).endswith(": 1 agency may gain access")


def test_an_agency_that_must_accept_is_asked_and_gains_nothing_yet() -> None:
    assert headline(step("update", pending(), share(BOTH))) == (
        "🔺 More access: 1 agency is asked to accept more access"
    )


def test_the_open_request_of_a_pending_share_is_told_apart_from_access() -> None:
    text = written(step("update", pending(), share(BOTH)))

    assert "| nothing yet; asked for ANALYZE on 2026-11-20, not accepted → ANALYZE, " in text


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("DECLINED", "1 agency declined and is not asked again"),
        ("CANCELED", "1 agency is not asked again"),
    ],
)
def test_the_status_line_states_that_an_agency_is_not_asked_again(status: str, words: str) -> None:
    refused = share(status=status, granted=[])

    assert headline(step("update", refused, share(BOTH))) == f"✅ Access unchanged: {words}"


def test_the_input_that_asks_an_agency_again_is_code() -> None:
    text = written(step("update", DECLINED, share(BOTH)))

    assert "it is asked again only if `resend` changes" in text


def test_a_removed_declined_share_had_no_access() -> None:
    text = written(step("delete", DECLINED))

    assert "| removed, had no access<br>campaigns |" in text
    assert "not asked again" not in text


def test_a_removed_waiting_permission_is_struck_out_and_waited() -> None:
    waiting = permission(status="WAITING_FOR_SHARE")
    text = written(step("delete", waiting, kind="PixelAdAccountPermission"))

    assert "| removed, had no access<br>campaigns |" in text
    assert f"−&nbsp;~~`act_{HARBOUR_ACCOUNT}`~~ _(waited)_ |" in text


def test_a_removed_secret_ad_account_is_counted_in_its_row() -> None:
    secret = permission(SECRET, status="ACTIVE")
    text = written(step("delete", secret, kind="PixelAdAccountPermission"))

    assert "| **− 1 unknown** |" in text


def test_a_change_that_will_fail_has_no_green_mark_and_gains_nothing() -> None:
    old = share(BOTH, status="UNCONFIRMED", granted=["ANALYZE"])
    renamed = (step("create", new=share(BOTH), name="new"), step("delete", old, name="old"))

    assert headline(*renamed) == "❌ The update will fail: 1 change will fail"


def test_a_blocked_review_counts_the_violations_that_block() -> None:
    found = headline(
        step("update", active(agency=HARBOUR), share(BOTH, agency=HARBOUR)),
        violation(),
        violation("advisory", rule="share-expires"),
    )

    assert found.startswith("⛔ Blocked by policy (1 blocking violation of 2); ")


def test_a_reason_has_a_label() -> None:
    text = written(step("create", new=share(reason="Spring campaign")))

    assert "_reason: “Spring campaign”_" in text


def test_a_pending_share_past_its_end_date_has_nothing_that_should_have_ended() -> None:
    old = pending(expires_on="2026-01-31")
    text = written(
        step("same", old, old),
        step("create", new=permission(), name="ads", kind="PixelAdAccountPermission"),
    )

    assert "**the end date 2026-01-31 has passed**" in text
    assert "should have ended" not in text
