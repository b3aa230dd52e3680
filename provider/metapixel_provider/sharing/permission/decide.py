"""Decisions about a permission, from what is recorded and seen; nothing here calls Meta."""

from __future__ import annotations

from enum import Enum

from metapixel_provider.sharing.permission.observe import Seen
from metapixel_provider.sharing.status import PermissionStatus
from metapixel_provider.sharing.tasks import ALLOW_AD_ACCOUNTS

#: The next update sends these again, or finds them.
UNFINISHED = (PermissionStatus.WAITING_FOR_SHARE, PermissionStatus.UNCONFIRMED)


class Action(Enum):
    """What a creation or an update does next."""

    ADOPT = "adopt"
    SEND = "send"

    WAIT = "wait"
    """Nothing is sent before the business has the pixel."""

    REFUSE = "refuse"
    """The share lacks the tasks that an ad account needs, so waiting does not help."""


def create(seen: Seen) -> Action:
    """Decide how a permission comes to exist."""
    return {Seen.LISTED: Action.ADOPT, Seen.ABSENT: Action.SEND, Seen.NO_PIXEL: Action.WAIT}[seen]


def refused(tasks: tuple[str, ...] | None) -> Action:
    """Decide what follows if Meta refused a permission; `tasks` are those of the business."""
    if tasks is None:
        return Action.WAIT
    # With fitting tasks the share came after the refusal: another resource of this run made it.
    return Action.SEND if ALLOW_AD_ACCOUNTS.intersection(tasks) else Action.REFUSE


def read(status: PermissionStatus | None, seen: Seen) -> PermissionStatus | None:
    """Decide what a refresh records; None if the permission does not exist.

    `status` is None for a permission that no state records.
    """
    if seen is Seen.LISTED:
        return PermissionStatus.ACTIVE
    if status is PermissionStatus.WAITING_FOR_SHARE:
        return status
    if seen is Seen.NO_PIXEL and status is not None:
        # Meta does not list permissions of a business without the pixel, but it may keep them.
        return PermissionStatus.UNCONFIRMED
    return None


def waiting(status: PermissionStatus | None) -> PermissionStatus:
    """Decide what is recorded while the business has not got the pixel.

    A permission that was sent before may still exist, so it does not become one that never was.
    """
    sent_before = status is PermissionStatus.UNCONFIRMED
    return PermissionStatus.UNCONFIRMED if sent_before else PermissionStatus.WAITING_FOR_SHARE


def sent(seen: Seen | None) -> PermissionStatus:
    """Decide what is recorded after a write; `seen` is None if it could not be read back."""
    return PermissionStatus.ACTIVE if seen is Seen.LISTED else PermissionStatus.UNCONFIRMED
