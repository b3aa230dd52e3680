"""Messages about a permission for the person who runs Pulumi."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from metapixel_provider.sharing import common_notices
from metapixel_provider.sharing.contract import Notice

if TYPE_CHECKING:
    from metapixel_provider.errors import GraphError, MetaPixelError
    from metapixel_provider.sharing.permission.records import PermissionInputs

NOT_READ = "Meta did not let this run read permissions"
#: An agency may have many ad accounts that wait, and the plan lists them.
_WAITING = "ad accounts wait"


def existed(permission: PermissionInputs) -> tuple[Notice, ...]:
    fact = (
        f"Ad account {permission.ad_account_id} of business {permission.business_id} was already "
        f"permitted on pixel {permission.pixel_id}"
    )
    return common_notices.existed(permission, fact)


def waits(permission: PermissionInputs) -> Notice:
    return Notice(
        f"Ad account {permission.ad_account_id} waits until business {permission.business_id} has "
        f"pixel {permission.pixel_id}; after that, the next `pulumi up` permits the ad account; "
        f"this also applies to each other permission with the status WAITING_FOR_SHARE",
        topic=_WAITING,
    )


def as_recorded(permission: PermissionInputs) -> Notice:
    return Notice(
        f"At the last read, ad account {permission.ad_account_id} still waited for pixel "
        f"{permission.pixel_id}; `pulumi up` tries again to permit the ad account and each other "
        f"one that waits",
        topic=_WAITING,
    )


def ended_by_owner(permission: PermissionInputs) -> Notice:
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
    return Notice(
        f"Ad account {permission.ad_account_id} is no longer permitted on pixel "
        f"{permission.pixel_id}, and only an admin of business {permission.business_id} can permit "
        f"it again: use the token of such an admin, ask the business, or remove the ad account "
        f"from the program"
    )


def needs_tasks(permission: PermissionInputs, tasks: Iterable[str]) -> str:
    return (
        f"add ADVERTISE or ANALYZE to the share, because an ad account needs one of these tasks, "
        f"and business {permission.business_id} has only {', '.join(tasks)}"
    )


def not_readable(permission: PermissionInputs, refusal: MetaPixelError) -> Notice:
    return Notice(
        f"{NOT_READ} of business {permission.business_id}, such as {permission}: {refusal}",
        topic=f"{permission.business_id} not read",
    )


def needs_its_token(permission: PermissionInputs) -> str:
    return (
        f"use the token of an admin of business {permission.business_id}, with the scopes "
        f"business_management and ads_management (in AgencyAccess and access files: "
        f"agency_credentials, in other languages agencyProvider)"
    )


def only_the_business(permission: PermissionInputs) -> str:
    remove = common_notices.remove_from_state("permission")
    return (
        f"only a token of an admin of business {permission.business_id} can withdraw its ad "
        f"accounts; without it, remove the share too and run the command with `--refresh`; if the "
        f"share remains, or an earlier run removed it, {remove}: "
        f"ad account {permission.ad_account_id} keeps the pixel until the share ends"
    )


def not_withdrawn(permission: PermissionInputs, error: MetaPixelError) -> Notice:
    return Notice(
        f"Ad account {permission.ad_account_id} may keep pixel {permission.pixel_id}, and may get "
        f"it back if the pixel is shared with business {permission.business_id} again: its share "
        f"ends, but the permission could not be withdrawn: {error}"
    )


def out_of_sight(permission: PermissionInputs) -> Notice:
    return Notice(
        f"Business {permission.business_id} no longer has pixel {permission.pixel_id}, so Meta "
        f"does not report whether ad account {permission.ad_account_id} is still permitted; "
        f"if the pixel is shared with the business again, check the ad account in Business Settings"
    )
