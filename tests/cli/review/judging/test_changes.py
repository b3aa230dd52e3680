"""Who gains or loses what, from the steps of a preview."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from metapixel_cli.review.judging.change import Acceptance, Effect
from metapixel_cli.review.judging.review import Finding, Status, review
from metapixel_cli.review.reading.output import read
from tests.cli.review.streams import (
    SECRET,
    UNKNOWN,
    Event,
    active,
    effects,
    only,
    permission,
    reviewed,
    share,
    step,
    stream,
)
from tests.support.example import HARBOUR, HARBOUR_ACCOUNT, PIXEL_2

BOTH = ("ANALYZE", "ADVERTISE")


def test_a_new_share_is_a_gain_that_may_have_to_be_accepted() -> None:
    change = only(step("create", new=share(BOTH)))

    assert change.effect is Effect.WIDENED
    assert change.gains == BOTH
    assert change.acceptance is Acceptance.MAY_BE_NEEDED


def test_an_added_task_is_a_gain_that_nobody_has_to_accept() -> None:
    change = only(step("update", active(), share(BOTH)))

    assert (change.gains, change.loses) == (("ADVERTISE",), ())
    assert change.acceptance is Acceptance.NOT_NEEDED


def test_a_dropped_task_is_a_loss_and_no_removal() -> None:
    change = only(step("update", active(BOTH), share()))

    assert change.effect is Effect.NARROWED
    assert (change.loses, change.removes) == (("ADVERTISE",), False)


def test_gains_and_losses_in_one_share_are_both_told() -> None:
    change = only(step("update", active(("UPLOAD",)), share(("ANALYZE",))))

    assert change.effect is Effect.GAINS_AND_LOSES
    assert reviewed(step("update", active(("UPLOAD",)), share())).status is Status.CHANGED


@pytest.mark.parametrize(
    "steps",
    [
        [
            step("create-replacement", active(), share(pixel=PIXEL_2)),
            step("replace", active(), share(pixel=PIXEL_2)),
            step("delete-replaced", active()),
        ],
        [step("replace", active(), share(pixel=PIXEL_2))],
    ],
    ids=["as events", "as one step"],
)
def test_another_pixel_is_a_removal_here_and_a_gain_there(steps: list[Event]) -> None:
    found = reviewed(*steps)

    assert {change.pixel_id: change.effect for change in found.changes} == {
        PIXEL_2: Effect.WIDENED,
        active()["inputs"]["pixel_id"]: Effect.REMOVED,  # type: ignore[index]
    }


@pytest.mark.parametrize("op", ["read", "read-replacement", "discard", "discard-replaced"])
def test_reading_changes_no_access(op: str) -> None:
    assert reviewed(step(op, active(), active())).status is Status.UNCHANGED


def test_what_the_agency_had_is_what_meta_showed_and_not_what_was_declared() -> None:
    change = only(step("update", active(BOTH, granted=["ANALYZE"]), share(BOTH)))

    assert change.gains == ("ADVERTISE",)


def test_what_meta_adds_by_itself_is_no_loss() -> None:
    found = reviewed(step("update", active(granted=["ANALYZE", "AA_ANALYZE"]), share()))

    assert found.status is Status.UNCHANGED


def test_a_later_end_widens_and_a_nearer_one_narrows() -> None:
    sooner, later = "2027-01-31", "2027-06-30"

    assert (
        only(step("update", active(expires_on=sooner), share(expires_on=later))).effect
        is Effect.LATER_END
    )
    assert only(step("update", active(expires_on=sooner), share())).term == "longer"
    assert (
        only(step("update", active(expires_on=later), share(expires_on=sooner))).effect
        is Effect.EARLIER_END
    )
    assert only(step("update", active(), share(expires_on=sooner))).term == "shorter"


def test_a_last_day_that_has_passed_is_overdue_and_never_less_access() -> None:
    today = date(2027, 2, 1)
    passed = step("update", active(expires_on="2027-06-30"), share(expires_on="2027-01-31"))
    found = review(read(stream(passed)), today=today)

    assert found.status is Status.UNCHANGED
    assert [change.overdue for change in found.overdue] == [True]
    assert review(read(stream(passed)), today=date(2027, 1, 31)).status is Status.END_DATES


def test_the_day_of_the_preview_counts_as_today() -> None:
    old = active(expires_on="2027-01-31")
    data = stream(step("same", old, old))
    last = datetime(2027, 1, 31, 23, tzinfo=UTC)
    for day, overdue in ((last, 0), (last + timedelta(hours=1), 1)):
        begun = f'"sequence": 0, "timestamp": {day.timestamp():.0f}'.encode()
        found = review(read(data.replace(b'"sequence": 0', begun)))
        assert len(found.overdue) == overdue


def test_a_share_that_is_created_too_late_after_the_deletion_of_its_record_loses_tasks() -> None:
    past = {"expires_on": "2020-01-31", "on_existing": "fail"}
    found = only(
        step("delete", active(("ANALYZE", "EDIT"), **past), name="old"),
        step("create", new=share(**past), name="new"),
    )

    assert found.loses == ("EDIT",)


def test_a_later_day_grants_more_even_after_the_earlier_one_has_passed() -> None:
    step_ = step("update", active(expires_on="2027-01-31"), share(expires_on="2027-06-30"))
    (change,) = review(read(stream(step_)), today=date(2027, 2, 1)).changes

    assert (change.effect, change.overdue) == (Effect.LATER_END, False)
    assert change.was_overdue


def test_an_ad_account_is_gained_and_lost_on_its_own() -> None:
    kind = "PixelAdAccountPermission"
    gained = only(step("create", new=permission(f"act_{HARBOUR_ACCOUNT}"), kind=kind))
    lost = only(step("delete", permission(status="ACTIVE"), kind=kind))

    assert (gained.ad_account_id, gained.effect) == (HARBOUR_ACCOUNT, Effect.WIDENED)
    assert (lost.ad_account_id, lost.effect) == (HARBOUR_ACCOUNT, Effect.REMOVED)


@pytest.mark.parametrize("status", ["WAITING_FOR_SHARE", "UNCONFIRMED"])
def test_a_permission_that_is_sent_again_by_an_unchanged_program_is_unchanged(status: str) -> None:
    kind = "PixelAdAccountPermission"
    found = reviewed(step("update", permission(status=status), permission(), kind=kind))

    assert (found.status, found.changes) == (Status.UNCHANGED, ())


def test_ad_accounts_lose_the_pixel_with_the_share() -> None:
    stays = permission(status="ACTIVE")
    kind = "PixelAdAccountPermission"
    found = effects(step("delete", active()), step("same", stays, stays, kind=kind, name="ads"))

    assert found == {"": "removed", HARBOUR_ACCOUNT: "removed"}


@pytest.mark.parametrize("hidden", [UNKNOWN, SECRET])
def test_what_is_not_told_is_unknown_and_counts_as_a_gain(hidden: object) -> None:
    for new in (
        share(hidden),
        share(agency=hidden),
        share(pixel=hidden),
        share(["ANALYZE", hidden]),
    ):
        found = reviewed(step("create", new=new))
        assert found.status is Status.UNKNOWN
        assert {*found.findings} >= {Finding.UNKNOWN, Finding.WIDENING}


def test_an_unknown_ad_account_counts_as_a_gain() -> None:
    change = only(step("create", new=permission(UNKNOWN), kind="PixelAdAccountPermission"))

    assert (change.effect, change.widens) == (Effect.UNKNOWN, True)


def test_unknown_tasks_before_and_after_are_no_unchanged_access() -> None:
    old = active()
    old["outputs"] = {"status": "ACTIVE"}

    assert reviewed(step("update", old, share(UNKNOWN))).status is Status.UNKNOWN


def test_drift_is_kept_apart_from_what_the_update_changes() -> None:
    found = reviewed(
        step("refresh", active(name="Northlight"), None),
        step("create", new=share()),
        step("refresh", active(agency=HARBOUR), active(agency=HARBOUR), name="same"),
    )

    (drift,) = found.drift
    assert (drift.effect, drift.loses) == (Effect.REMOVED, ("ANALYZE",))
    assert found.changes[0].gains == ("ANALYZE",)
    assert Finding.DRIFT in found.findings
