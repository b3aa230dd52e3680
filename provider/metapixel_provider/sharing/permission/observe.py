"""Reads of one permission from Meta."""

from __future__ import annotations

from enum import Enum
from functools import partial
from typing import TYPE_CHECKING

from metapixel_provider.errors import REFUSALS
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
    *,
    expect_listed: bool | None = None,
    doubt_absence: bool = False,
    ask_owner: bool = True,
) -> Observed:
    """Read a permission a few times, until it is listed or absent, as `expect_listed` says.

    If `expect_listed` is None, read once. If Meta refuses to list the ad accounts, or does not list
    this one and `doubt_absence` is True, read whether the business has the pixel. Only with
    `ask_owner`, the owner's list of agencies replaces unreadable lists of the business.
    """
    try:
        if _is_listed(meta, permission, expect_listed):
            return Observed.LISTED
    except REFUSALS:
        why_unlisted = _why_unlisted(meta, permission, ask_owner)
        if why_unlisted is Observed.NO_PIXEL:
            return Observed.NO_PIXEL
        # The business has the pixel, perhaps because another resource of this run has shared it
        # since the refusal. A second refusal is final.
        is_listed_now = _is_listed(meta, permission, expect_listed)
        return Observed.LISTED if is_listed_now else why_unlisted
    if doubt_absence:
        # Meta may answer with an empty list if the business does not have the pixel.
        return _why_unlisted(meta, permission, ask_owner)
    return Observed.ABSENT


def _is_listed(meta: Meta, permission: PermissionInputs, expect_listed: bool | None) -> bool:
    pixel_id, business_id = permission.pixel_id, permission.business_id
    read = partial(meta.permits, pixel_id, business_id, permission.ad_account_id)
    if expect_listed is None:
        return read()
    return read_until(meta, permission.id, read, lambda is_listed: is_listed == expect_listed)


def _why_unlisted(meta: Meta, permission: PermissionInputs, ask_owner: bool) -> Observed:
    """Return why Meta does not list a permission. Raise the refusal if this is unreadable."""
    try:
        has_pixel = _has_pixel(meta, permission)
    except REFUSALS:
        # The owner's list of agencies shows whether the business has the pixel, but no permission.
        is_agency = is_agency_if_readable(meta, permission) if ask_owner else None
        if is_agency is None:  # The caller did not want to ask the owner, or that was refused too.
            raise
        return Observed.NOT_OURS if is_agency else Observed.NO_PIXEL
    return Observed.ABSENT if has_pixel else Observed.NO_PIXEL


def is_agency_if_readable(meta: Meta, permission: PermissionInputs) -> bool | None:
    """Return whether the owner's list of agencies has the business, or None if it is unreadable."""
    try:
        share = ShareInputs(permission.pixel_id, permission.business_id)
        return agency(meta, share) is not None
    except REFUSALS:
        return None


def _has_pixel(meta: Meta, permission: PermissionInputs) -> bool:
    """Return whether the business has the pixel. Read a few times after a write of this run."""
    business = permission.business_id

    def read() -> bool:
        return meta.tasks_of(business, permission.pixel_id) is not None

    was_just_shared = meta.wrote_lately(business)
    # An accepted request can share the pixel too.
    if was_just_shared or meta.wrote_lately(ids.answers_id(business)):
        return read_until(meta, business, read, bool)
    return read()
