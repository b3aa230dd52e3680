"""Who gains or loses what: the permissions of ad accounts, which depend on a share."""

from __future__ import annotations

import pytest

from tests.cli.review.streams import (
    BOTH,
    PERMISSION,
    SECRET,
    UNKNOWN,
    Event,
    account,
    active,
    pending,
    permission,
    renamed,
    share,
    step,
    told,
)
from tests.support.example import HARBOUR_ACCOUNT

DECLINED = share(status="DECLINED", granted=[])
SENT = share(status="UNCONFIRMED", granted=[])
UNAPPROVED = SENT | {"outputs": {**SENT["outputs"], "requires_admin_approval": True}}  # type: ignore[dict-item]
SAME = step("same", active(), share())


def waits_since(status: str) -> list[Event]:
    """A permission that waits after a refresh, and its status before the refresh."""
    refresh = account("refresh", status, now="WAITING_FOR_SHARE")
    return [refresh, account("update", "WAITING_FOR_SHARE")]


#: A permission that Meta does not list, and that another admin may still approve.
AWAITING = permission(status="UNCONFIRMED")
AWAITING["outputs"]["requires_admin_approval"] = True  # type: ignore[index]
SECRET_ACCOUNT = account("same", "ACTIVE", SECRET)
ACCOUNTS: list[tuple[list[Event], str]] = [
    ([account("create", number=f"act_{HARBOUR_ACCOUNT}")], "widened: account widened +ADVERTISE"),
    ([account("create", number=UNKNOWN)], "unknown: secret account unknown +ADVERTISE"),
    (
        [account("create"), account("delete", "WAITING_FOR_SHARE")],
        "other-changes: account may-be-completed",
    ),
    (
        [SAME, account("create"), account("delete", "WAITING_FOR_SHARE")],
        "widened: account widened +ADVERTISE",
    ),
    ([account("update", "UNCONFIRMED")], "other-changes: account may-be-completed"),
    (
        [step("delete", active()), account("same", "ACTIVE")],
        "narrowed: share removed -ANALYZE; account removed -ADVERTISE",
    ),
    (
        [step("delete", active()), account("update", "WAITING_FOR_SHARE")],
        "narrowed: share removed -ANALYZE; account may-be-completed",
    ),
    (
        [step("delete", active()), account("delete", "ACTIVE", kept=True)],
        "narrowed: share removed -ANALYZE; account removed -ADVERTISE",
    ),
    (
        [step("delete", active()), step("delete", AWAITING, name="p", kind=PERMISSION)],
        "refused: account refused -ADVERTISE removes; share removed -ANALYZE",
    ),
    # A kept permission is managed only under a new name for the same account.
    (
        [account("create"), account("delete", "ACTIVE", kept=True)],
        "other-changes: account may-be-completed",
    ),
    (
        [account("create", number="11"), account("delete", "ACTIVE", kept=True)],
        "widened: account 11 widened +ADVERTISE; account no-longer-managed",
    ),
    (
        [*renamed(active(), share()), account("delete", "ACTIVE", kept=True)],
        "other-changes: account no-longer-managed",
    ),
    *[
        (
            [account("delete", "ACTIVE", kept=True), account("delete", "ACTIVE")][::turn],
            "narrowed: account removed -ADVERTISE",
        )
        for turn in (1, -1)
    ],
    *[
        ([account("delete", status, SECRET)], "unknown: secret account unknown -ADVERTISE removes")
        for status in ("ACTIVE", "UNCONFIRMED")
    ],
    (
        [
            account(op, "ACTIVE", SECRET, name="a")
            for op in ("create-replacement", "replace", "delete-replaced")
        ],
        "unknown: secret account unknown removes",
    ),
    (
        [step("update", active(), share(BOTH)), SECRET_ACCOUNT],
        "widened: share widened +ADVERTISE unexplained",
    ),
    # The state hides the end date of an untouched share.
    (
        [step("same", active(expires_on=SECRET), share(expires_on=SECRET)), account("create")],
        "unknown: account widened +ADVERTISE",
    ),
    # An ad account gains and keeps nothing while its agency has declined.
    ([step("same", DECLINED, share()), account("create")], "other-changes: account waits"),
    ([step("same", DECLINED, share()), account("delete", "ACTIVE", kept=True)], "unchanged"),
    # Meta ended the permission with the share, whatever the read of the permission found.
    (
        [step("refresh", active(), None), account("refresh", "ACTIVE", now="ACTIVE")],
        "unchanged: drift: share removed -ANALYZE; drift: account removed -ADVERTISE",
    ),
    # The permission waits only since the refresh.
    (
        waits_since("ACTIVE"),
        "widened: account widened +ADVERTISE undone; drift: account removed -ADVERTISE undone",
    ),
    (
        waits_since("ENDED_BY_OWNER"),
        "widened: account widened +ADVERTISE; drift: account unchanged",
    ),
]


@pytest.mark.parametrize(("events", "found"), ACCOUNTS)
def test_each_change_of_an_ad_account_has_one_verdict(events: list[Event], found: str) -> None:
    assert told(*events) == found


@pytest.mark.parametrize("status", ["WAITING_FOR_SHARE", "ENDED_BY_OWNER"])
@pytest.mark.parametrize(
    ("of_the_share", "is_gain"),
    [
        (SAME, True),
        (step("update", active(), share(reason="new")), True),
        (step("create", None, share()), True),
        # The share is sent, again, to the admin, or while Meta returns it.
        (step("update", SENT, share()), True),
        (step("update", UNAPPROVED, share(resend="2")), True),
        (step("update", share(status="UNCONFIRMED"), share()), True),
        (step("same", pending(), share()), False),
        (step("same", UNAPPROVED, share()), False),
        (step("update", UNAPPROVED, share(reason="new")), False),
    ],
)
def test_a_permission_that_waited_is_a_gain_only_if_the_share_exists_or_is_sent(
    of_the_share: Event, is_gain: bool, status: str
) -> None:
    found = told(of_the_share, account("update", status))

    assert ("account widened +ADVERTISE" in found) is ("+" in found) is is_gain
