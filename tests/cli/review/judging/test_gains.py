"""Gains of access that the state already names, but that Meta had not given at the last read."""

from __future__ import annotations

import pytest

from metapixel_cli.review.judging.change import Acceptance, Effect
from metapixel_cli.review.judging.review import Finding
from tests.cli.review.streams import (
    Event,
    active,
    pending,
    permission,
    reviewed,
    share,
    step,
)
from tests.support.example import HARBOUR_ACCOUNT

PERMISSION = "PixelAdAccountPermission"
BOTH = ("ANALYZE", "ADVERTISE")
DECLINED = share(status="DECLINED", granted=[])
SENT = share(status="UNCONFIRMED", granted=[])
UNAPPROVED = SENT | {"outputs": {**SENT["outputs"], "requires_admin_approval": True}}  # type: ignore[dict-item]


def account(op: str, status: str, now: str = "") -> Event:
    """A step of a permission. `now` is the status that a refresh found."""
    old, new = permission(status=status), permission(status=now or None)
    return step(op, old, new, name="account", kind=PERMISSION)


@pytest.mark.parametrize("status", ["WAITING_FOR_SHARE", "ENDED_BY_OWNER"])
@pytest.mark.parametrize(
    "of_the_share",
    [
        step("same", active(), share()),
        step("update", active(), share(reason="new")),
        step("create", None, share()),
        step("update", DECLINED, share(resend="2")),
        step("update", SENT, share()),
        step("update", UNAPPROVED, share(resend="2")),
        step("update", share(status="UNCONFIRMED"), share()),
    ],
    ids=[
        *("active", "reworded", "new", "asked again", "sent again", "sent to the admin again"),
        "returned, but not confirmed",
    ],
)
def test_a_permission_that_waited_for_a_share_is_a_gain_once_the_share_exists_or_is_sent(
    of_the_share: Event, status: str
) -> None:
    found = reviewed(of_the_share, account("update", status))

    change = found.changes[-1]
    assert (change.ad_account_id, change.gains) == (HARBOUR_ACCOUNT, ("ADVERTISE",))
    assert change.after.requested_tasks == ()
    assert Finding.WIDENING in found.findings


@pytest.mark.parametrize(
    "of_the_share",
    [
        [],
        [step("same", pending(), share())],
        [step("update", pending(BOTH), share())],
        [step("update", DECLINED, share(reason="new"))],
        [step("same", UNAPPROVED, share())],
        [step("update", UNAPPROVED, share(reason="new"))],
    ],
    ids=["none", "asked", "asked for less", "declined", "not approved", "not approved, reworded"],
)
def test_a_permission_still_waits_if_the_update_does_not_share_the_pixel(
    of_the_share: list[Event],
) -> None:
    found = reviewed(*of_the_share, account("update", "WAITING_FOR_SHARE"))

    assert all(change.gains == () for change in found.changes)
    assert Finding.WIDENING not in found.findings


def test_a_permission_that_the_update_does_not_send_still_waits() -> None:
    found = reviewed(step("same", active(), share()), account("same", "ENDED_BY_OWNER"))

    assert Finding.WIDENING not in found.findings


@pytest.mark.parametrize("status", ["ACTIVE", "ENDED_BY_OWNER"])
def test_a_permission_that_waits_only_since_the_refresh_is_a_gain(status: str) -> None:
    found = reviewed(
        account("refresh", status, "WAITING_FOR_SHARE"), account("update", "WAITING_FOR_SHARE")
    )

    (change,) = found.changes
    assert (change.ad_account_id, change.gains) == (HARBOUR_ACCOUNT, ("ADVERTISE",))
    assert Finding.WIDENING in found.findings


def test_a_permission_that_waited_before_the_refresh_too_still_waits() -> None:
    waits = "WAITING_FOR_SHARE"
    found = reviewed(account("refresh", waits, waits), account("update", waits))

    assert Finding.WIDENING not in found.findings


@pytest.mark.parametrize(
    "events",
    [
        [step("update", SENT, share())],
        [step("create", None, share(), name="new"), step("delete", SENT)],
        [step("update", UNAPPROVED, share(resend="2"))],
    ],
    ids=["sent again", "renamed", "sent to the admin again"],
)
def test_a_share_that_no_read_confirmed_is_a_gain_if_the_update_sends_it(
    events: list[Event],
) -> None:
    found = reviewed(*events)

    (change,) = found.changes
    assert (change.effect, change.gains) == (Effect.WIDENED, ("ANALYZE",))
    assert (change.loses, change.acceptance) == ((), Acceptance.MAY_WAIT_ALREADY)
    assert Finding.WIDENING in found.findings


@pytest.mark.parametrize(
    "event",
    [
        step("update", share(status="UNCONFIRMED"), share()),
        step("same", UNAPPROVED, share()),
        step("update", UNAPPROVED, share(reason="new")),
    ],
    ids=["confirmed by the last read", "not approved", "not approved, reworded"],
)
def test_a_share_that_is_not_sent_again_is_no_gain(event: Event) -> None:
    assert Finding.WIDENING not in reviewed(event).findings
