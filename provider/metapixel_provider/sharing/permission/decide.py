"""Decisions about a permission, made from its recorded status and a read, without calls."""

from __future__ import annotations

from enum import Enum

from metapixel_provider.sharing.permission.observe import Seen
from metapixel_provider.sharing.status import PermissionStatus
from metapixel_provider.sharing.tasks import ALLOW_AD_ACCOUNTS

#: The statuses that the next update tries to change to `ACTIVE`.
UNFINISHED = (PermissionStatus.WAITING_FOR_SHARE, PermissionStatus.UNCONFIRMED)

#: The statuses of a permission that a read from Meta has confirmed.
WERE_ACTIVE = (PermissionStatus.ACTIVE, PermissionStatus.ENDED_BY_OWNER)


class Action(Enum):
    """The next action of a creation or an update."""

    ADOPT = "adopt"
    SEND = "send"

    WAIT = "wait"
    """Send nothing, because the business does not have the pixel yet."""

    REFUSE = "refuse"
    """Fail, because the share lacks the tasks that an ad account needs."""


def create(seen: Seen) -> Action:
    return {Seen.LISTED: Action.ADOPT, Seen.NO_PIXEL: Action.WAIT}.get(seen, Action.SEND)


def refused(tasks: tuple[str, ...] | None) -> Action:
    """Decide the next action after Meta refused a permission.

    `tasks` are the tasks of the business, or None if it does not have the pixel.
    """
    if tasks is None:
        return Action.WAIT
    # If the tasks suffice now, another resource of this run created the share after the refusal.
    return Action.SEND if ALLOW_AD_ACCOUNTS.intersection(tasks) else Action.REFUSE


def read(
    status: PermissionStatus | None, seen: Seen, awaits_approval: bool = False
) -> PermissionStatus | None:
    """Return the status that a refresh records, or None if the permission does not exist.

    `status` is None if the permission is not in the state. `awaits_approval` is True if another
    admin may still approve the permission.
    """
    if seen is Seen.LISTED:
        return PermissionStatus.ACTIVE
    if status is PermissionStatus.WAITING_FOR_SHARE:
        return status
    if awaits_approval:
        return PermissionStatus.UNCONFIRMED
    if seen is Seen.NO_PIXEL and status is not None:
        # Meta does not list the permissions of a business without the pixel, but may keep them.
        return (
            PermissionStatus.ENDED_BY_OWNER
            if status in WERE_ACTIVE
            else PermissionStatus.UNCONFIRMED
        )
    if seen is Seen.NOT_OURS and status is not None:
        # A deleted record would be created again, which Meta would refuse at each `pulumi up`.
        return PermissionStatus.WAITING_FOR_SHARE
    ended = status is PermissionStatus.ENDED_BY_OWNER
    return PermissionStatus.WAITING_FOR_SHARE if ended else None


def is_due(status: PermissionStatus | None, shared: bool) -> bool:
    """Return whether the next update sends the permission.

    `shared` is True if this run declares the share, or accepts requests of the business. Otherwise
    only the owner can share the pixel again.
    """
    ended = status is PermissionStatus.ENDED_BY_OWNER
    return status in UNFINISHED or (ended and shared)


def never_sent(status: PermissionStatus | None) -> bool:
    """Return True if the recorded status shows that this stack never sent the permission."""
    return status in (None, PermissionStatus.WAITING_FOR_SHARE)


def waiting(status: PermissionStatus | None) -> PermissionStatus:
    """Return the status to record while the business does not have the pixel.

    A permission that was sent before may still exist, so it keeps its status.
    """
    kept = (PermissionStatus.UNCONFIRMED, PermissionStatus.ENDED_BY_OWNER)
    return status if status in kept else PermissionStatus.WAITING_FOR_SHARE
