"""Decisions about a permission, made from its recorded status and a read, without calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metapixel_provider.sharing.permission.observe import Observed
from metapixel_provider.sharing.status import PermissionStatus

if TYPE_CHECKING:
    from metapixel_provider.sharing.permission.records import PermissionState


# Each row of the table in ARCHITECTURE.md has a return.
def read(before: PermissionState | None, observed: Observed) -> PermissionStatus | None:  # noqa: PLR0911
    """Return the status that a refresh records, or None if the permission does not exist."""
    if observed is Observed.LISTED:
        return PermissionStatus.ACTIVE
    if before is None:
        return None
    if before.status is PermissionStatus.WAITING_FOR_SHARE:
        return before.status
    if before.awaits_approval:
        return PermissionStatus.UNCONFIRMED
    if observed is Observed.NO_PIXEL:
        # Meta does not list the permissions of a business without the pixel, but may keep them.
        if before.status is PermissionStatus.UNCONFIRMED:
            return PermissionStatus.UNCONFIRMED
        return PermissionStatus.ENDED_BY_OWNER
    if observed is Observed.NOT_OURS or before.status is PermissionStatus.ENDED_BY_OWNER:
        # If Meta refuses to send a permission, a deleted record would be created again at each
        # `pulumi up`.
        return PermissionStatus.WAITING_FOR_SHARE
    return None


def was_sent(before: PermissionState | None) -> bool:
    """Return whether this stack may have sent the permission, according to its record."""
    return before is not None and before.status is not PermissionStatus.WAITING_FOR_SHARE
