"""advertise-with-ad-account: a share and the permissions of ad accounts need each other.

This is the only rule that needs the whole stack, because the share and the permission can be
declared in any order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pulumi_policy import Severity

from metapixel_policy.resources import Grant, Permission, PixelShare
from metapixel_policy.rule import stack_rule
from metapixel_policy.settings import Config, id_list
from metapixel_provider.sharing.tasks import ALLOW_AD_ACCOUNTS, Task

ELSEWHERE = id_list(
    "elsewhere",
    "The ids of businesses that own the pixel, or of businesses whose share or ad accounts another "
    "stack declares.",
    default=[],
)


def _check(declared: Sequence[Grant], config: Config) -> Iterator[tuple[Grant, str]]:
    shares = [one for one in declared if isinstance(one, PixelShare)]
    permissions = [one for one in declared if isinstance(one, Permission)]
    tasks = {(one.pixel_id, one.agency_business_id): set(one.permitted_tasks) for one in shares}
    permitted = {(one.pixel_id, one.business_id) for one in permissions}

    for share in shares:
        pixel, agency = share.pixel_id, share.agency_business_id
        alone = (pixel, agency) not in permitted and agency not in config[ELSEWHERE]
        if alone and Task.ADVERTISE in share.permitted_tasks:
            yield (
                share,
                "The share permits ADVERTISE, but this stack permits none of its ad accounts",
            )
    for permission in permissions:
        pixel, business = permission.pixel_id, permission.business_id
        shared = tasks.get((pixel, business))
        if shared is None and business in config[ELSEWHERE]:
            continue
        if not (shared or set()) & ALLOW_AD_ACCOUNTS:
            yield (
                permission,
                "This stack has no share that permits ADVERTISE or ANALYZE to the business of the "
                "ad account",
            )


advertise_with_ad_account = stack_rule(
    PixelShare,
    Permission,
    name="advertise-with-ad-account",
    description="A share with ADVERTISE needs an ad account, and an ad account needs a share with "
    "ADVERTISE or ANALYZE.",
    severity=Severity.MEDIUM,
    remediation="Permit an ad account of the agency (ad_accounts in an access file, else a "
    "PixelAdAccountPermission), correct the tasks, or have the business added to "
    "advertise-with-ad-account.elsewhere in the policy configuration.",
    check=_check,
    settings=[ELSEWHERE],
)
