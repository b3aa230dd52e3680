"""Decisions about a permission, made from its recorded status and a read, without calls."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum, auto
from typing import TYPE_CHECKING

from metapixel_provider.sharing.permission.observe import Observed
from metapixel_provider.sharing.status import PermissionStatus
from metapixel_provider.sharing.tasks import ALLOW_AD_ACCOUNTS

if TYPE_CHECKING:
    from metapixel_provider.sharing.permission.records import PermissionState


class Action(Enum):
    """What a creation or an update does."""

    ADOPT = auto()
    WAIT = auto()
    SEND = auto()
    FAIL = auto()


def permit(observed: Observed) -> Action:
    """Decide before a write, after a read."""
    if observed is Observed.LISTED:
        return Action.ADOPT
    if observed is Observed.NO_PIXEL:
        return Action.WAIT
    return Action.SEND


def permit_after_refusal(tasks: Iterable[str] | None) -> Action:
    """Decide after a refused write. `tasks` is None if the business does not have the pixel."""
    if tasks is None:
        return Action.WAIT
    if ALLOW_AD_ACCOUNTS.isdisjoint(tasks):
        return Action.FAIL
    return Action.SEND  # Another resource of this run has shared the pixel since the refusal.


def read(before: PermissionState, observed: Observed) -> PermissionStatus | None:
    """Return the status that a refresh records, or None if the permission does not exist."""
    if observed is Observed.LISTED:
        return PermissionStatus.ACTIVE
    if not was_sent(before) or before.awaits_approval:
        return before.status  # Only a read that lists the permission changes such a status.
    match observed:
        case Observed.NO_PIXEL:
            # Meta does not list the permissions of a business without the pixel, but may keep them.
            is_unconfirmed = before.status is PermissionStatus.UNCONFIRMED
            return before.status if is_unconfirmed else PermissionStatus.ENDED_BY_OWNER
        case Observed.NOT_OURS:
            # An update only reports that Meta refuses the permission. A creation, which would
            # follow if the record was deleted, would fail.
            return PermissionStatus.WAITING_FOR_SHARE
        case Observed.ABSENT:
            has_pixel_again = before.status is PermissionStatus.ENDED_BY_OWNER
            if has_pixel_again:
                return PermissionStatus.WAITING_FOR_SHARE  # The next update sends it again.
            return None  # The permission was removed, although the business has the pixel.


def was_sent(before: PermissionState | None) -> bool:
    """Return whether this stack may have sent the permission, according to its record."""
    return before is not None and before.status is not PermissionStatus.WAITING_FOR_SHARE
