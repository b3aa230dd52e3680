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
from tests.support.example import NORTHLIGHT, OWNER, PIXEL_2

BOTH = ("ANALYZE", "ADVERTISE")
DECLINED = share(status="DECLINED", granted=[])
PERMISSION = "PixelAdAccountPermission"


def written(*events: Event) -> str:
    return comment(review(read(stream(*events)), today=date(2026, 11, 26)), GITHUB_LIMIT)


def headline(*events: Event) -> str:
    return written(*events).splitlines()[1].removeprefix("### ")


def drifted(component: str, was: str, now: str) -> tuple[str, str]:
    """Return the status line, and the row of a refreshed permission beside a standing response."""

    def refreshed(kind: str, *states: dict[str, object]) -> Event:
        of = urn(kind, kind, component=component)
        old, new = (placed(state, of, component) for state in states)
        return step("refresh", old, new, name=kind, kind=kind, component=component)

    response = standing("ANSWERED")
    events = (
        refreshed("PixelAdAccountPermission", permission(status=was), permission(status=now)),
        refreshed(STANDING, response, response),
    )
    (row,) = (line for line in written(*events).splitlines() if line.startswith(f"- `{NORTHLIGHT}"))
    return headline(*events), row


@pytest.mark.parametrize(("component", "owner"), [("acme", f", business {OWNER},"), ("", "")])
def test_drift_names_the_owner_that_ended_a_permission_of_its_component(
    component: str, owner: str
) -> None:
    status, row = drifted(component, "ACTIVE", "ENDED_BY_OWNER")

    assert status == f"⚠️ Changed at Meta by hand: agency {NORTHLIGHT} (access removed: 1)"
    assert f"the owner{owner} took the pixel away" in row


def test_drift_names_the_owner_that_shared_a_pixel_again() -> None:
    status, row = drifted("acme", "ENDED_BY_OWNER", "WAITING_FOR_SHARE")

    assert status == f"ℹ️ Changed at Meta: agency {NORTHLIGHT} (same access, other status: 1)"
    assert f"the owner, business {OWNER}, shared the pixel again, so the next update" in row


KEPT = active() | {"retainOnDelete": True}
NAMED = active(BOTH, name="Northlight", pixel_name="Shop")
EDITED = step("update", active(), share(expires_on="2027-01-01"))
AGENCY = f"agency {NORTHLIGHT}"


@pytest.mark.parametrize(
    ("events", "status"),
    [
        ([EDITED], f"📅 Only end dates change: {AGENCY} (earlier end date: 1)"),
        (
            [step("update", active(expires_on="2027-01-01"), share())],
            f"🔺 Only end dates change: {AGENCY} (later end date: 1)",
        ),
        (
            [step("create", new=standing(), kind=STANDING), step("same", NAMED, share(BOTH))],
            "🔺 More access: Northlight (requests approved: 1)",
        ),
        (
            [
                step(
                    "update",
                    standing("WAITING", expires_on="2026-12-31"),
                    standing(expires_on="2027-01-31"),
                    kind=STANDING,
                )
            ],
            f"🔺 Only end dates change: business {NORTHLIGHT} (other answers: 1)",
        ),
        ([step("delete", KEPT)], f"⚠️ Access unchanged: {AGENCY} (no longer managed: 1)"),
        (
            [EDITED, violation()],
            "⛔ Blocked by policy (1 violation). Without the block: only end dates change: "
            f"{AGENCY} (earlier end date: 1)",
        ),
        ([EDITED, said("no token")], "❌ Preview failed: its changes are unknown"),
        (
            [step("delete", active(agency=SECRET))],
            "❔ Access changes, and part of the change is unknown before the update: "
            "an unknown agency (unknown: 1)",
        ),
        (
            [step("update", share(status="DECLINED", granted=[]), share(BOTH))],
            f"✅ Access unchanged: {AGENCY} (not asked again: 1)",
        ),
        (
            [step("delete", permission(status="WAITING_FOR_SHARE"), kind=PERMISSION)],
            f"✅ Access unchanged: {AGENCY} (removed, had no access: 1)",
        ),
        (
            [step("update", NAMED, share(("ANALYZE", "EDIT")))],
            "🔺🔻 More and less access: Northlight (more and less access: 1)",
        ),
        (
            [
                *(step("create", new=share(pixel=str(n)), name=str(n)) for n in range(3)),
                step("delete", active(pixel="7", name="Northlight"), name="old"),
                *(step("delete", active(agency=str(n)), name=f"a{n}") for n in range(3)),
            ],
            "🔺🔻 More and less access: Northlight, agency 0, agency 1, and 1 more "
            "(more access: 3, access removed: 4)",
        ),
    ],
)
def test_the_status_line_is_the_verdict_with_names_and_a_tally(
    events: list[Event], status: str
) -> None:
    assert headline(*events) == status


def test_the_status_line_counts_exempt_violations_and_those_that_block() -> None:
    exempt = violation(rule="share-expires")
    exempt["policyEvent"]["exceptions"] = [{"id": "e1", "reason": "until May"}]  # type: ignore[index]

    blocked = headline(EDITED, exempt, violation(), violation("advisory", rule="others"))
    assert blocked.startswith("⛔ Blocked by policy (1 violation). ")
    assert blocked.endswith("; 1 policy violation exempt")
    assert headline(EDITED, exempt).endswith("; 1 policy violation exempt")


def test_access_that_stays_at_meta_has_the_way_to_end_it() -> None:
    assert "remove it by hand in Meta's Business Settings" in written(step("delete", KEPT))


def test_an_open_request_that_the_update_changes_is_sent_again() -> None:
    request = "must accept sharing request 77 (sent on 2026-11-20), to which Meta adds the change"

    assert request in written(step("update", pending(), share(BOTH)))


def test_the_open_request_of_a_pending_share_is_told_apart_from_access() -> None:
    text = written(step("update", pending(), share(BOTH)))

    assert "| nothing yet; asked for ANALYZE on 2026-11-20, not accepted → ANALYZE, " in text


def test_the_input_that_asks_an_agency_again_is_code() -> None:
    text = written(step("update", DECLINED, share(BOTH)))

    assert "it is asked again only if `resend` changes" in text


def test_a_change_that_will_fail_has_no_green_mark_and_gains_nothing() -> None:
    old = share(BOTH, status="UNCONFIRMED", granted=["ANALYZE"])
    renamed = (step("create", new=share(BOTH), name="new"), step("delete", old, name="old"))

    assert headline(*renamed) == f"❌ The update will fail: agency {NORTHLIGHT} (will fail: 1)"
    assert "_old is renamed to new and its tasks change in the same update_" in written(*renamed)
    assert "~~" not in written(*renamed)


def test_a_reason_has_a_label() -> None:
    text = written(step("create", new=share(reason="Spring campaign")))

    assert "_reason: “Spring campaign”_" in text


def test_a_pending_share_past_its_end_date_has_nothing_that_should_have_ended() -> None:
    old = pending(expires_on="2026-01-31")
    text = written(
        step("same", old, old),
        step("create", new=permission(), name="ads", kind="PixelAdAccountPermission"),
    )

    assert "(the end date is 2026-01-31, which has passed)" in text
    assert "should have ended" not in text


def test_a_later_end_date_extends_access_that_should_have_ended() -> None:
    text = written(step("update", active(expires_on="2026-11-23"), share(expires_on="2027-01-15")))

    assert "⚠️ **The update extends 1 share that should have ended**" in text
    assert "| 🔺&nbsp;**later end date**<br>campaigns |" in text
    assert (
        "the end date changes from 2026-11-23 to 2027-01-15 (later), but nothing ends the access"
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

    assert headline(*events) == "❔ The preview lacks information, so access may change"
    assert "1 grant unchanged" in text
    assert "without confirmed access" not in text
    assert "preview was only of chosen resources: campaigns, app\n" in text


def test_a_request_names_a_pixel_whose_end_date_has_passed() -> None:
    day = "2026-11-23"
    text = written(step("same", pending(expires_on=day), share(expires_on=day)))

    assert "(the end date is 2026-11-23, which has passed)" in text


def test_a_grant_that_no_rule_has_checked_is_stated_under_the_status_line() -> None:
    sentence = "⚠️ **No policy rule has checked the access that this update grants**"

    assert sentence in written(step("create", new=share()))
    assert sentence not in written(step("create", new=share()), violation("advisory"))
    assert sentence not in written(step("delete", active()))


@pytest.mark.parametrize(
    ("status", "words"),
    [("PENDING", "not accepted"), ("DECLINED", "declined")],
)
def test_an_unchanged_share_without_access_is_counted_by_its_status(
    status: str, words: str
) -> None:
    old = share(status=status, granted=[], request="77")

    found = written(step("same", old, share()))
    assert f" · 1 grant without confirmed access ({words}: 1)\n" in found


def test_a_reason_with_hidden_characters_has_a_remark() -> None:
    assert "“a�b” (contains hidden characters)_" in written(
        step("create", new=share(reason="a\u200bb"))
    )
    assert "hidden" not in written(step("create", new=share(reason="a\nb\tc")))


def test_only_tasks_in_the_review_are_explained() -> None:
    text = written(step("create", new=share(("EDIT",))))

    assert text.endswith("\n\n<sub>EDIT = manage the pixel and its settings</sub>\n")
