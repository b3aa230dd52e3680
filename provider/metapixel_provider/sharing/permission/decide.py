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
    return Action.WAIT if observed is Observed.NO_PIXEL else Action.SEND


def permit_after_refusal(tasks: Iterable[str] | None) -> Action:
    """Decide after a refused write. `tasks` is None if the business does not have the pixel."""
    if tasks is None:
        return Action.WAIT
    if ALLOW_AD_ACCOUNTS.isdisjoint(tasks):
        return Action.FAIL
    # Another resource of this run created the share after the refusal.
    return Action.SEND


# Each row of the table in ARCHITECTURE.md has a return.
def read(before: PermissionState | None, observed: Observed) -> PermissionStatus | None:  # noqa: PLR0911
    """Return the status that a refresh records, or None if the permission does not exist."""
    if observed is Observed.LISTED:
        return PermissionStatus.ACTIVE
    if before is None:
        return None
    is_waiting = before.status is PermissionStatus.WAITING_FOR_SHARE
    if is_waiting or before.awaits_approval:
        return before.status  # Only a read that lists the permission changes such a status.
    if observed is Observed.NO_PIXEL:
        # Meta does not list the permissions of a business without the pixel, but may keep them.
        if before.status is PermissionStatus.UNCONFIRMED:
            return PermissionStatus.UNCONFIRMED
        return PermissionStatus.ENDED_BY_OWNER
    has_pixel_again = before.status is PermissionStatus.ENDED_BY_OWNER
    if has_pixel_again or observed is Observed.NOT_OURS:
        # An update sends the permission again, and only reports a refusal. Without a record, a
        # creation would fail with the refusal.
        return PermissionStatus.WAITING_FOR_SHARE
    return None


def was_sent(before: PermissionState | None) -> bool:
    """Return whether this stack may have sent the permission, according to its record."""
    return before is not None and before.status is not PermissionStatus.WAITING_FOR_SHARE
