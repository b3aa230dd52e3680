"""Who gains or loses what: the permissions of ad accounts, which depend on a share."""

from __future__ import annotations

import pytest

from tests.cli.review.streams import (
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
    verdicts,
)
from tests.conftest import Approve
from tests.support.example import HARBOUR_ACCOUNT

DECLINED = share(status="DECLINED", granted=[])
SENT = share(status="UNCONFIRMED", granted=[])
UNAPPROVED = share(status="UNCONFIRMED", granted=[], requires_admin_approval=True)
SAME = step("same", active(), share())


def waits_since(status: str) -> list[Event]:
    """A permission that waits after a refresh, and its status before the refresh."""
    refresh = account("refresh", status, now="WAITING_FOR_SHARE")
    return [refresh, account("update", "WAITING_FOR_SHARE")]


#: A permission that Meta does not list, and that another admin may still approve.
AWAITING = permission(status="UNCONFIRMED", requires_admin_approval=True)
NOT_APPROVED = step("delete", AWAITING, name="p", kind=PERMISSION)
REMOVED = step("delete", active())
KEPT = account("delete", "ACTIVE", kept=True)
ACCOUNTS: dict[str, list[Event]] = {
    "new": [account("create", number=f"act_{HARBOUR_ACCOUNT}")],
    "new, unknown number": [account("create", number=UNKNOWN)],
    "new name, waits for its share": [account("create"), account("delete", "WAITING_FOR_SHARE")],
    "new name, waited": [SAME, account("create"), account("delete", "WAITING_FOR_SHARE")],
    "not listed": [account("update", "UNCONFIRMED")],
    "untouched, share removed": [REMOVED, account("same", "ACTIVE")],
    "waits, share removed": [REMOVED, account("update", "WAITING_FOR_SHARE")],
    "kept, share removed": [REMOVED, KEPT],
    "not approved, share removed": [REMOVED, NOT_APPROVED],
    "not approved, removed beside a new one of an unknown number": [
        NOT_APPROVED,
        account("create", number=UNKNOWN),
    ],
    "one of two records not approved, removed": [NOT_APPROVED, account("delete", "ACTIVE")],
    # A kept permission is managed only under a new name for the same account.
    "kept, new name": [account("create"), KEPT],
    "kept, new account": [account("create", number="11"), KEPT],
    "kept, share renamed": [*renamed(active(), share()), KEPT],
    "one of two records kept": [KEPT, account("delete", "ACTIVE")],
    "secret number, removed": [account("delete", "ACTIVE", SECRET)],
    "secret number, not listed, removed": [account("delete", "UNCONFIRMED", SECRET)],
    "secret number, replaced": [
        account(op, "ACTIVE", SECRET, name="a")
        for op in ("create-replacement", "replace", "delete-replaced")
    ],
    "secret number, share removed": [REMOVED, account("same", "ACTIVE", SECRET)],
    # The state hides the end date of an untouched share.
    "new, secret end of its share": [
        step("same", active(expires_on=SECRET), share(expires_on=SECRET)),
        account("create"),
    ],
    # An ad account gains and keeps nothing while its agency has declined.
    "new, share declined": [step("same", DECLINED, share()), account("create")],
    "kept, share declined": [step("same", DECLINED, share()), KEPT],
    "kept, share pending": [step("same", pending(), share()), KEPT],
    # Meta ended the permission with the share, whatever the read of the permission found.
    "share removed by hand": [
        step("refresh", active(), None),
        account("refresh", "ACTIVE", now="ACTIVE"),
    ],
    "waits since a refresh": waits_since("ACTIVE"),
    "waited before a refresh": waits_since("WAITING_FOR_SHARE"),
    "waits after its end": waits_since("ENDED_BY_OWNER"),
}


def test_each_change_of_an_ad_account_has_one_verdict(approve: Approve) -> None:
    approve("review-accounts.txt", verdicts(ACCOUNTS))


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
