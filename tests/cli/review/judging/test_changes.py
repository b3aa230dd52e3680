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

SENT = share(BOTH, status="UNCONFIRMED", granted=[])
HALF = share(BOTH, status="UNCONFIRMED", granted=["ANALYZE"])
IMPLIED = active(granted=["ANALYZE", "UPLOAD"])
IMPLIED["outputs"]["tasks_added_by_meta"] = ["UPLOAD"]  # type: ignore[index]
STRANGE = active(granted=["ANALYZE", "NEW_TASK"])
RETAINED = {"retainOnDelete": True}
SOONER, LATER = "2027-01-31", "2027-06-30"


def account(op: str, old: str | None = None, number: object = HARBOUR_ACCOUNT) -> Event:
    """A step of a permission, with its status before."""
    before = permission(number, status=old) if old else None
    after = None if op == "delete" else permission(number)
    return step(op, before, after, name=f"account-{op}", kind="PixelAdAccountPermission")


def renamed(old: dict[str, object], new: dict[str, object]) -> list[Event]:
    return [step("create", None, new, name="new"), step("delete", old, name="old")]


@pytest.mark.parametrize(
    ("steps", "effect", "gains", "loses"),
    [
        ([step("create", new=share(BOTH))], Effect.WIDENED, BOTH, ()),
        ([step("update", active(), share(BOTH))], Effect.WIDENED, BOTH[1:], ()),
        ([step("update", active(BOTH), share())], Effect.NARROWED, (), BOTH[1:]),
        (
            [step("update", active(("UPLOAD",)), share())],
            Effect.GAINS_AND_LOSES,
            ("ANALYZE",),
            ("UPLOAD",),
        ),
        (
            [step("update", active(BOTH, granted=["ANALYZE"]), share(BOTH))],
            Effect.WIDENED,
            BOTH[1:],
            (),
        ),
        ([step("update", IMPLIED, share(BOTH))], Effect.WIDENED, BOTH[1:], ()),
        ([step("delete", STRANGE)], Effect.REMOVED, (), ("ANALYZE", "NEW_TASK")),
        ([step("update", SENT, share())], Effect.GAINS_AND_LOSES, ("ANALYZE",), BOTH[1:]),
        ([step("update", HALF, share(BOTH))], Effect.WIDENED, BOTH[1:], ()),
        ([step("delete", SENT)], Effect.REMOVED, (), BOTH),
        (
            [step("update", active(expires_on=SOONER), share(expires_on=LATER))],
            Effect.LATER_END,
            (),
            (),
        ),
        ([step("update", active(expires_on=SOONER), share())], Effect.LATER_END, (), ()),
        (
            [step("update", active(expires_on=LATER), share(expires_on=SOONER))],
            Effect.EARLIER_END,
            (),
            (),
        ),
        ([step("update", active(), share(expires_on=SOONER))], Effect.EARLIER_END, (), ()),
        (
            renamed(active(expires_on=SOONER) | RETAINED, share(expires_on=LATER)),
            Effect.LATER_END,
            (),
            (),
        ),
        (
            renamed(active(BOTH) | RETAINED, share(on_existing="overwrite")),
            Effect.NARROWED,
            (),
            BOTH[1:],
        ),
        ([account("create", number=f"act_{HARBOUR_ACCOUNT}")], Effect.WIDENED, BOTH[1:], ()),
        ([account("create", number=UNKNOWN)], Effect.UNKNOWN, BOTH[1:], ()),
        ([account("delete", "ACTIVE")], Effect.REMOVED, (), BOTH[1:]),
        (
            [
                step("same", active(), share()),
                account("create"),
                account("delete", "WAITING_FOR_SHARE"),
            ],
            Effect.WIDENED,
            BOTH[1:],
            (),
        ),
    ],
)
def test_a_change_has_an_effect_and_the_tasks_that_are_gained_and_lost(
    steps: list[Event], effect: Effect, gains: tuple[str, ...], loses: tuple[str, ...]
) -> None:
    change = only(*steps)

    assert (change.effect, change.gains, change.loses) == (effect, gains, loses)


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        (
            [step("delete", active()), account("same", "ACTIVE")],
            {"": "removed", HARBOUR_ACCOUNT: "removed"},
        ),
        ([step("delete", active()), account("update", "WAITING_FOR_SHARE")], {"": "removed"}),
        (
            [
                *renamed(active(), share()),
                step(
                    "delete",
                    permission(status="ACTIVE") | RETAINED,
                    kind="PixelAdAccountPermission",
                ),
            ],
            {HARBOUR_ACCOUNT: "no-longer-managed"},
        ),
    ],
    ids=["an account loses the pixel", "an account still waits", "a kept account"],
)
def test_a_share_and_its_ad_account_have_effects_of_their_own(
    steps: list[Event], found: dict[str, str]
) -> None:
    assert effects(*steps) == found


@pytest.mark.parametrize(
    ("event", "acceptance"),
    [
        (step("create", new=share()), Acceptance.MAY_BE_NEEDED),
        (step("update", active(), share(BOTH)), Acceptance.NOT_NEEDED),
        (step("update", SENT, share()), Acceptance.MAY_WAIT_ALREADY),
    ],
)
def test_a_change_tells_whether_the_agency_must_accept(
    event: Event, acceptance: Acceptance
) -> None:
    assert only(event).acceptance is acceptance


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


def test_what_meta_adds_by_itself_is_no_loss() -> None:
    found = reviewed(step("update", active(granted=["ANALYZE", "AA_ANALYZE"]), share()))

    assert found.status is Status.UNCHANGED


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


@pytest.mark.parametrize("status", ["WAITING_FOR_SHARE", "UNCONFIRMED"])
def test_a_permission_that_is_sent_again_by_an_unchanged_program_is_unchanged(status: str) -> None:
    kind = "PixelAdAccountPermission"
    found = reviewed(step("update", permission(status=status), permission(), kind=kind))

    assert (found.status, found.changes) == (Status.UNCHANGED, ())


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
