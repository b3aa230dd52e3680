"""Reads of one permission from Meta."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from metapixel_provider.errors import (
    InvalidParameterError,
    NotVisibleError,
    PermissionMissingError,
)
from metapixel_provider.sharing.sending import read_until

if TYPE_CHECKING:
    from metapixel_provider.sharing.meta import Meta
    from metapixel_provider.sharing.permission.declared import PermissionInputs

#: The errors that may mean that the business does not have the pixel. Meta does not document them.
REFUSALS = (InvalidParameterError, NotVisibleError, PermissionMissingError)


class Seen(Enum):
    """The result of a read of a permission."""

    LISTED = "listed"
    ABSENT = "absent"

    NO_PIXEL = "no pixel"
    """The business does not have the pixel, so Meta refuses to list its ad accounts."""


def seen(
    meta: Meta,
    permission: PermissionInputs,
    expected: Seen | None = None,
    *,
    doubt_absence: bool = False,
) -> Seen:
    """Read a permission a few times, until the result is `expected`.

    If `expected` is None, read once. With `doubt_absence`, a permission that is absent shortly
    after a write is read once more.
    """

    def read() -> Seen:
        if _permitted(meta, permission):
            return Seen.LISTED
        if doubt_absence and meta.wait_for_replicas(permission.id, permission.share_id):
            meta.invalidate(permission.id)
            return Seen.LISTED if _permitted(meta, permission) else Seen.ABSENT
        return Seen.ABSENT

    def read_as_expected() -> Seen:
        return read_until(meta, permission.id, read, lambda found: expected in (None, found))

    try:
        return read_as_expected()
    except REFUSALS:
        if tasks(meta, permission) is None:
            return Seen.NO_PIXEL
    # Another resource of this run created the share after the refusal.
    meta.invalidate(permission.id)
    return read_as_expected()


def tasks(meta: Meta, permission: PermissionInputs) -> tuple[str, ...] | None:
    """Return the tasks of the business on the pixel, or None if it does not have the pixel."""
    return meta.tasks_of(permission.business_id, permission.pixel_id)


def _permitted(meta: Meta, permission: PermissionInputs) -> bool:
    return meta.permits(permission.pixel_id, permission.business_id, permission.ad_account_id)
