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
        f"`pulumi up` again, which first reads the permission"
    )


def waits(permission: PermissionInputs) -> Notice:
    """Report that a permission waits for the share."""
    return Notice(
        f"Ad account {permission.ad_account_id} waits until business {permission.business_id} has "
        f"pixel {permission.pixel_id}; after that, the next `pulumi up` permits the ad account",
        topic=f"{permission.id} waits",
    )


def as_recorded(permission: PermissionInputs) -> Notice:
    """Report in a preview that a permission waited at the last read."""
    return Notice(
        f"At the last read, ad account {permission.ad_account_id} still waited for pixel "
        f"{permission.pixel_id}; `pulumi up` tries again to permit the ad account",
        topic=f"{permission.id} waits",
    )


def out_of_sight(permission: PermissionInputs) -> Notice:
    """Report that a permission may still exist, because Meta does not list it."""
    return Notice(
        f"Business {permission.business_id} no longer has pixel {permission.pixel_id}, so Meta "
        f"does not report whether ad account {permission.ad_account_id} is still permitted; "
        f"if the pixel is shared with the business again, check the ad account in Business Settings"
    )
