"""Messages about a permission for the person who runs Pulumi."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metapixel_provider.sharing.lifecycle import Notice

if TYPE_CHECKING:
    from metapixel_provider.sharing.permission.declared import PermissionInputs


def not_confirmed(permission: PermissionInputs, error: Exception | None) -> Notice:
    """Report that a permission was sent but not confirmed, and why."""
    why = error or "Meta does not return it yet"
    return Notice(
        f"The permission of {permission} was sent, but it could not be confirmed: {why}; run "
        f"`pulumi up` again, which reads it first"
    )


def waits(permission: PermissionInputs) -> Notice:
    """Report that a permission waits for the share."""
    return Notice(
        f"Ad account {permission.ad_account_id} waits until business {permission.business_id} has "
        f"pixel {permission.pixel_id}: after the pixel is shared and any sharing request is "
        f"accepted, the next `pulumi up` permits the ad account",
        topic=f"{permission.id} waits",
    )


def as_recorded(permission: PermissionInputs) -> Notice:
    """Report in a preview, which reads nothing, that a permission waited when last read."""
    return Notice(
        f"Ad account {permission.ad_account_id} waited for pixel {permission.pixel_id} to be "
        f"shared when it was last read; `pulumi up` tries again to permit it",
        topic=f"{permission.id} waits",
    )


def out_of_sight(permission: PermissionInputs) -> Notice:
    """Report that it is not known whether a permission ended."""
    return Notice(
        f"Business {permission.business_id} no longer has pixel {permission.pixel_id}, so Meta "
        f"does not report whether ad account {permission.ad_account_id} is still permitted on it; "
        f"if the pixel is shared with the business again, check this in Business Settings"
    )
