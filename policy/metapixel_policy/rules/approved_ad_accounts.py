"""approved-ad-accounts: only ad accounts on an approved list get a permission."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_policy import Severity

from metapixel_policy.resources import Permission
from metapixel_policy.rule import resource_rule
from metapixel_policy.settings import Config, ad_account_list

AD_ACCOUNTS = ad_account_list("ad_accounts", "Ad accounts that may be permitted on a pixel.")


def _check(permission: Permission, config: Config) -> Iterator[str]:
    if permission.ad_account_id not in config[AD_ACCOUNTS]:
        yield "The ad account is not approved"


approved_ad_accounts = resource_rule(
    Permission,
    name="approved-ad-accounts",
    description="Only approved ad accounts are permitted on a pixel.",
    severity=Severity.HIGH,
    remediation="Correct the id of the ad account, or have it added to "
    "approved-ad-accounts.ad_accounts in the policy configuration.",
    check=_check,
    settings=[AD_ACCOUNTS],
)
