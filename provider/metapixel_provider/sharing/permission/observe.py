"""Reads of one permission from Meta."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from metapixel_provider.errors import REFUSALS, GraphError
from metapixel_provider.sharing import ids
from metapixel_provider.sharing.sending import read_until
from metapixel_provider.sharing.share.observe import agency
from metapixel_provider.sharing.share.records import ShareInputs

if TYPE_CHECKING:
    from metapixel_provider.sharing.meta import Meta
    from metapixel_provider.sharing.permission.records import PermissionInputs


class Observed(Enum):
    """A permission as it was read."""

    LISTED = "listed"
    ABSENT = "absent"

    NO_PIXEL = "no pixel"
    """The business does not have the pixel, so Meta refuses to list its ad accounts."""

    NOT_OURS = "not ours"
    """Meta does not list the permission, and this token cannot send it.

    The business has the pixel, but only its owner's list of agencies shows this, because the token
    may not read the lists of the business.
    """


def read(
    meta: Meta,
    permission: PermissionInputs,
    expected: bool | None = None,
    *,
    doubt_absence: bool = False,
    by_owner: bool = True,
) -> Observed:
    """Read a permission a few times, until it is listed or absent, as `expected`.

    If `expected` is None, read once. With `doubt_absence`, an absent permission may be hidden with
    the pixel. If the token may not read the lists of the business, the owner's list of agencies
    decides whether the business has the pixel, unless `by_owner` is False.
    """
    try:
        if _is_listed(meta, permission, expected):
            return Observed.LISTED
    except REFUSALS:
        absent = _absent(meta, permission, by_owner)
        if absent is Observed.NO_PIXEL:
            return absent
        # Another resource of this run created the share after the refusal, which is not kept.
        return Observed.LISTED if _is_listed(meta, permission, expected) else absent
    # Meta may answer with an empty list if the business does not have the pixel.
    return _absent(meta, permission, by_owner) if doubt_absence else Observed.ABSENT


def _is_listed(meta: Meta, permission: PermissionInputs, expected: bool | None) -> bool:
    def is_listed() -> bool:
        pixel_id, account_id = permission.pixel_id, permission.ad_account_id
        return meta.permits(pixel_id, permission.business_id, account_id)

    def is_enough(found: bool) -> bool:
        return expected is None or found == expected

    return read_until(meta, permission.id, is_listed, is_enough)


def _absent(meta: Meta, permission: PermissionInputs, by_owner: bool) -> Observed:
    """Return why Meta does not list a permission."""
    try:
        if has_pixel(meta, permission):
            return Observed.ABSENT
    except REFUSALS:
        listed = is_agency(meta, permission) if by_owner else None
        if listed is None:
            raise
        if listed:
            return Observed.NOT_OURS
    return Observed.NO_PIXEL


def is_agency(meta: Meta, permission: PermissionInputs) -> bool | None:
    """Return whether the business is an agency of the pixel, or None if this is unreadable."""
    try:
        share = ShareInputs(permission.pixel_id, permission.business_id)
        return agency(meta, share) is not None
    except REFUSALS:
        return None


def has_pixel(meta: Meta, permission: PermissionInputs) -> bool:
    """Return whether the business has the pixel. Read a few times after a write of this run."""
    business = permission.business_id

    def read() -> bool:
        return meta.tasks_of(business, permission.pixel_id) is not None

    if meta.wrote_lately(business) or meta.wrote_lately(ids.answers_id(business)):
        return read_until(meta, business, read, bool)
    return read()


def tasks_after(
    refusal: GraphError, meta: Meta, permission: PermissionInputs
) -> tuple[str, ...] | None:
    """Return the tasks of the business on the pixel. If they are unreadable, raise the refusal."""
    try:
        return meta.tasks_of(permission.business_id, permission.pixel_id)
    except REFUSALS:
        raise refusal from None
