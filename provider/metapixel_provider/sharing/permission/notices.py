"""Messages about a permission for the person who runs Pulumi."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metapixel_provider.errors import RefusedError
from metapixel_provider.sharing import existing
from metapixel_provider.sharing.contract import Notice

if TYPE_CHECKING:
    from metapixel_provider.errors import GraphError
    from metapixel_provider.sharing.permission.declared import PermissionInputs

#: An agency may have many ad accounts that wait, and the plan lists them.
_WAITING = "ad accounts wait"
#: The advice for a permission that cannot be confirmed or withdrawn.
_REMOVE_FROM_STATE = (
    "remove the permission from the state with `pulumi state delete URN` (`pulumi stack "
    "--show-urns` lists the URNs)"
)


def existed(permission: PermissionInputs) -> tuple[Notice, ...]:
    was = (
        f"Ad account {permission.ad_account_id} of business {permission.business_id} was already "
        f"permitted on pixel {permission.pixel_id}"
    )
    return existing.found(was, "permission", permission.id)


def not_confirmed(permission: PermissionInputs, error: Exception | None) -> Notice:
    why = error or "Meta does not return it yet"
    return Notice(
        f"The permission of {permission} was sent, but it could not be confirmed: {why}; run "
        f"`pulumi up` again, which first reads the permission"
    )


def waits(permission: PermissionInputs) -> Notice:
    return Notice(
        f"Ad account {permission.ad_account_id} waits until business {permission.business_id} has "
        f"pixel {permission.pixel_id}; after that, the next `pulumi up` permits the ad account; "
        f"this also applies to each other permission with the status WAITING_FOR_SHARE",
        topic=_WAITING,
    )


def as_recorded(permission: PermissionInputs) -> Notice:
    """Report in a preview that a permission waited for the pixel when it was last read."""
    return Notice(
        f"At the last read, ad account {permission.ad_account_id} still waited for pixel "
        f"{permission.pixel_id}; `pulumi up` tries again to permit the ad account and each other "
        f"one that waits",
        topic=_WAITING,
    )


def ended_by_owner(permission: PermissionInputs) -> Notice:
    """Report in a preview that the owner had ended the share when it was last read."""
    return Notice(
        f"At the last read, business {permission.business_id} no longer had pixel "
        f"{permission.pixel_id}, because its owner ended the access; if the owner shares it "
        f"again, run `pulumi up --refresh`, otherwise remove ad account {permission.ad_account_id} "
        f"from the program",
        topic=f"{permission.id} waits",
    )


def not_permitted(permission: PermissionInputs, refusal: GraphError) -> Notice:
    return Notice(
        f"Ad account {permission.ad_account_id} still waits for pixel {permission.pixel_id}: "
        f"{refusal}"
    )


def not_ours(permission: PermissionInputs) -> Notice:
    """Report that a permission no longer exists, and that this token cannot send it again."""
    return Notice(
        f"Ad account {permission.ad_account_id} is no longer permitted on pixel "
        f"{permission.pixel_id}, and only an admin of business {permission.business_id} can permit "
        f"it again: use the token of such an admin, ask the business, or remove the ad account "
        f"from the program"
    )


def not_readable(permission: PermissionInputs, refusal: GraphError) -> Notice:
    return Notice(f"The record of {permission} was not changed: {refusal}")


def only_the_business(permission: PermissionInputs) -> str:
    """Return the advice for a token that may not withdraw a permission."""
    return (
        f"use the token of an admin of business {permission.business_id}, which alone can withdraw "
        f"its ad accounts, or leave ad account {permission.ad_account_id} out of the program and "
        f"{_REMOVE_FROM_STATE}; the ad account then keeps the pixel until the share ends"
    )


def out_of_sight(permission: PermissionInputs) -> Notice:
    return Notice(
        f"Business {permission.business_id} no longer has pixel {permission.pixel_id}, so Meta "
        f"does not report whether ad account {permission.ad_account_id} is still permitted; "
        f"if the pixel is shared with the business again, check the ad account in Business Settings"
    )


def must_approve(permission: PermissionInputs) -> Notice:
    return Notice(
        f"The permission of {permission} is not confirmed, because another admin of the business "
        f"must approve it in Business Settings, under Requests; then run `pulumi up --refresh`; "
        f"if the admin declined it, {_REMOVE_FROM_STATE}, so that the next `pulumi up` sends it "
        f"again",
        topic=f"{permission.id} waits",
    )


def still_unapproved(permission: PermissionInputs) -> Notice:
    """Report in a preview that a permission waited for another admin when it was last read."""
    return Notice(
        f"At the last read, the permission of {permission} still waited for the approval of "
        f"another admin, in Business Settings under Requests; run `pulumi up --refresh` to read "
        f"the permission again",
        topic=f"{permission.id} waits",
    )


def approval_not_withdrawn(permission: PermissionInputs) -> RefusedError:
    return RefusedError(
        f"Meta had no permission of {permission} to withdraw, but another admin may still approve "
        f"the permission; decline it in Business Settings, under Requests, and then "
        f"{_REMOVE_FROM_STATE}"
    )


def check_approvals(permission: PermissionInputs) -> Notice:
    """Warn after a withdrawal that an approval may be open. No read returns open approvals."""
    return Notice(
        f"The permission of {permission} was withdrawn while it waited for the approval of another "
        f"admin; check in Business Settings, under Requests, that nobody can still approve it"
    )
