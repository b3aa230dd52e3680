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
    STANDING,
    Event,
    active,
    pending,
    permission,
    placed,
    said,
    share,
    standing,
    step,
    stream,
    urn,
    violation,
)
from tests.support.example import HARBOUR, HARBOUR_ACCOUNT, NORTHLIGHT, OWNER, PIXEL, PIXEL_2

BOTH = ("ANALYZE", "ADVERTISE")
DECLINED = share(status="DECLINED", granted=[])


def written(*events: Event) -> str:
    return comment(review(read(stream(*events)), today=date(2026, 11, 26)), GITHUB_LIMIT)


def headline(*events: Event) -> str:
    return written(*events).splitlines()[1].removeprefix("### ")


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("", "2027-01-01", "📅 Only end dates change: 1 end date is added"),
        ("2027-06-01", "2027-01-01", "📅 Only end dates change: 1 end date is earlier"),
        ("2027-01-01", "2027-06-01", "🔺 Only end dates change: 1 end date is later"),
        ("2027-01-01", "", "🔺 Only end dates change: 1 end date is removed"),
    ],
)
def test_another_end_date_neither_gains_nor_loses_access(
    before: str, after: str, words: str
) -> None:
    assert headline(step("update", active(expires_on=before), share(expires_on=after))) == words


def test_the_businesses_of_a_standing_response_are_in_the_headline() -> None:
    known = active(name="Northlight Media")
    events = step("create", new=standing(), kind=STANDING), step("same", known, share(), name="2")

    assert headline(*events) == (
        f"🔺 More access: Northlight Media ({NORTHLIGHT}) accepts requests of business {OWNER}"
    )


def test_another_end_date_of_a_standing_response_is_in_the_headline() -> None:
    old, new = standing("WAITING", expires_on="2026-12-31"), standing(expires_on="2027-01-31")
    event = step("update", old, new, kind=STANDING)

    assert headline(event) == "🔺 Only end dates change: 1 end date is later"


def drifted(component: str, was: str, now: str) -> str:
    """Return the status line about a refreshed permission beside a standing response."""

    def refreshed(kind: str, *states: dict[str, object]) -> Event:
        of = urn(kind, kind, component=component)
        old, new = (placed(state, of, component) for state in states)
        return step("refresh", old, new, name=kind, kind=kind, component=component)

    response = standing("ANSWERED")
    return headline(
        refreshed("PixelAdAccountPermission", permission(status=was), permission(status=now)),
        refreshed(STANDING, response, response),
    )


@pytest.mark.parametrize(("component", "owner"), [("acme", f", business {OWNER},"), ("", "")])
def test_drift_names_the_owner_that_ended_a_permission_of_its_component(
    component: str, owner: str
) -> None:
    assert drifted(component, "ACTIVE", "ENDED_BY_OWNER") == (
        f"⚠️ Changed at Meta by hand: agency {NORTHLIGHT} no longer has ad account "
        f"{HARBOUR_ACCOUNT} on pixel {PIXEL}, because the owner{owner} took the pixel away"
    )


def test_drift_names_the_owner_that_shared_a_pixel_again() -> None:
    assert drifted("acme", "ENDED_BY_OWNER", "WAITING_FOR_SHARE") == (
        f"ℹ️ Changed at Meta: agency {NORTHLIGHT} on pixel {PIXEL}: the owner, business {OWNER}, "
        "shared the pixel again, so the next update permits the ad account"
    )


def test_an_open_request_that_the_update_changes_is_sent_again() -> None:
    request = "must accept sharing request 77 (sent on 2026-11-20), to which Meta adds the change"

    assert request in written(step("update", pending(), share(BOTH)))


def test_access_that_stays_at_meta_without_its_resource_is_in_the_headline() -> None:
    kept = active() | {"retainOnDelete": True}

    assert headline(step("delete", kept)) == (
        f"⚠️ Agency {NORTHLIGHT} keeps access that this program no longer declares"
    )
    assert "remove it by hand in Meta's Business Settings" in written(step("delete", kept))


def test_a_blocked_change_of_only_an_end_date_would_change_only_end_dates() -> None:
    edited = step("update", active(), share(expires_on="2027-01-01"))

    assert "would change only end dates: 1 end date is added" in headline(edited, violation())


def test_a_failed_preview_of_only_an_end_date_has_failed() -> None:
    edited = step("update", active(), share(expires_on="2027-01-01"))

    assert headline(edited, said("no token")) == "❌ Preview failed: its changes are unknown"


def test_an_agency_with_an_unknown_change_may_gain_access() -> None:
    edited = step("update", active(expires_on=SECRET), share(expires_on=SECRET))

    assert headline(edited).endswith(f": agency {NORTHLIGHT} may gain access to pixel {PIXEL}")


def test_the_removal_of_a_share_with_a_secret_agency_may_not_gain_access() -> None:
    assert headline(step("delete", active(agency=SECRET))).endswith(
        f": an unknown agency loses access to pixel {PIXEL}"
    )


def test_a_new_ad_account_of_a_share_that_waits_is_no_task_to_accept() -> None:
    new = step("create", new=permission(), kind="PixelAdAccountPermission", name="account")

    assert headline(step("update", pending(), share(resend="2")), new) == (
        f"🔺 More access: agency {NORTHLIGHT} gains 1 ad account on pixel {PIXEL}"
    )


def test_an_agency_that_must_accept_is_asked_and_gains_nothing_yet() -> None:
    assert headline(step("update", pending(), share(BOTH))) == (
        f"🔺 More access: agency {NORTHLIGHT} is asked to accept ADVERTISE on pixel {PIXEL}"
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

    assert headline(*renamed) == (
        "❌ The update will fail: old is renamed to new and its tasks change in the same update"
    )
    assert "~~" not in written(*renamed)


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


def test_one_or_two_changes_are_in_the_status_line() -> None:
    old = active(BOTH, name="Northlight", pixel_name="Shop")
    swapped = step("update", old, share(("ANALYZE", "EDIT")))
    removed = step("delete", active(pixel=PIXEL_2), name="app")

    assert headline(swapped) == (
        "🔺🔻 More and less access: Northlight gains EDIT and loses ADVERTISE on Shop"
    )
    assert headline(swapped, removed).endswith(f" on Shop and loses access to pixel {PIXEL_2}")


def test_more_changes_of_one_agency_are_counted_beside_its_name() -> None:
    new = [step("create", new=share(pixel=str(n)), name=str(n)) for n in range(3)]
    removed = step("delete", active(pixel="7", name="Northlight"), name="old")

    assert headline(*new, removed) == (
        "🔺🔻 More and less access: Northlight gains access (3 shares) and loses access"
    )


def test_an_earlier_end_date_beside_a_gain_is_no_loss() -> None:
    edited = step("update", active(expires_on="2028-01-01"), share(BOTH, expires_on="2027-01-01"))

    assert headline(edited).startswith("🔺 More access: ")
    assert "1 end date is earlier" in headline(edited)


def test_a_later_end_date_extends_access_that_should_have_ended() -> None:
    text = written(step("update", active(expires_on="2026-11-23"), share(expires_on="2027-01-15")))

    assert "⚠️ **The update extends 1 share that should have ended**" in text
    assert "| 🔺&nbsp;**later end date**<br>campaigns |" in text
    assert (
        "extends access that should have ended on 2026-11-23; the new end date is 2027-01-15"
        in text
    )


def test_a_preview_of_chosen_resources_states_how_many_it_left_out() -> None:
    old = active(expires_on="2026-11-23")
    events = (
        step("same", old, old),
        step("same", pending(pixel=PIXEL_2), pending(pixel=PIXEL_2), name="app"),
        step("same", active(pixel="7"), share(pixel="7"), name="chosen"),
    )
    text = written(*events)

    assert headline(*events) == "❔ 2 of 3 resources were not previewed; their access may change"
    assert "1 grant unchanged" in text
    assert "waits for the agency" not in text
    assert "preview was only of chosen resources: campaigns, app\n" in text


def test_a_request_names_a_pixel_whose_end_date_has_passed() -> None:
    day = "2026-11-23"
    text = written(step("same", pending(expires_on=day), share(expires_on=day)))

    assert "(the end date 2026-11-23 has passed)" in text


def test_a_grant_that_no_rule_has_checked_is_stated_under_the_status_line() -> None:
    sentence = "⚠️ **No policy rule has checked the access that this update grants**"

    assert sentence in written(step("create", new=share()))
    assert sentence not in written(step("create", new=share()), violation("advisory"))
    assert sentence not in written(step("delete", active()))


@pytest.mark.parametrize(
    ("status", "words"),
    [("PENDING", "1 share waits for the agency"), ("DECLINED", "1 share was declined")],
)
def test_an_unchanged_share_without_access_is_counted_by_its_status(
    status: str, words: str
) -> None:
    old = share(status=status, granted=[], request="77")

    assert f" · {words}\n" in written(step("same", old, share()))


def test_a_reason_with_hidden_characters_has_a_remark() -> None:
    assert "“a�b” (contains hidden characters)_" in written(
        step("create", new=share(reason="a\u200bb"))
    )
    assert "hidden" not in written(step("create", new=share(reason="a\nb\tc")))


def test_only_tasks_in_the_review_are_explained() -> None:
    text = written(step("create", new=share(("EDIT",))))

    assert text.endswith("\n\n<sub>EDIT = manage the pixel and its settings</sub>\n")
