"""Reads of one permission from Meta."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from metapixel_provider.errors import REFUSALS
from metapixel_provider.sharing import ids
from metapixel_provider.sharing.sending import read_until

if TYPE_CHECKING:
    from metapixel_provider.sharing.meta import Meta
    from metapixel_provider.sharing.permission.declared import PermissionInputs


class Seen(Enum):
    """A permission as it was read."""

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
    after a write is read once more, and one that is still absent may be hidden with the pixel.
    """

    def permitted() -> bool:
        return meta.permits(permission.pixel_id, permission.business_id, permission.ad_account_id)

    def read() -> Seen:
        found = permitted()
        doubted = doubt_absence and not found
        if doubted and meta.wait_for_replicas(permission.id, permission.share_id):
            meta.invalidate(permission.id)
            found = permitted()
        return Seen.LISTED if found else Seen.ABSENT

    def read_as_expected() -> Seen:
        return read_until(meta, permission.id, read, lambda found: expected in (None, found))

    try:
        found = read_as_expected()
        # Meta may answer with an empty list if the business does not have the pixel.
        unexplained = doubt_absence and found is Seen.ABSENT
        return found if not unexplained or has_pixel(meta, permission) else Seen.NO_PIXEL
    except REFUSALS:
        if not has_pixel(meta, permission):
            return Seen.NO_PIXEL
    # Another resource of this run created the share after the refusal.
    meta.invalidate(permission.id)
    return read_as_expected()


def has_pixel(meta: Meta, permission: PermissionInputs) -> bool:
    """Return whether the business has the pixel.

    If this run has answered a request, read a few times.
    """
    business = permission.business_id

    def read() -> bool:
        return meta.tasks_of(business, permission.pixel_id) is not None

    answers = ids.answers_id(business)
    return read_until(meta, answers, read, bool) if meta.wrote_lately(answers) else read()
