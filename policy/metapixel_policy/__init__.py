"""Rules about who may have access to a Meta pixel, for your own policy packs.

    from metapixel_policy import RULES, approved_agencies

Importing this package does not start a pack. The program that constructs `PolicyPack` does. The
folder `policy/` of the repository is such a program, with all rules.
"""

try:
    from metapixel_policy.rules import (
        RULES,
        advertise_with_ad_account,
        approve_known_owners,
        approved_ad_accounts,
        approved_agencies,
        edit_expires_soon,
        max_agencies_per_pixel,
        no_edit,
        overwrite_states_reason,
        pixels_never_shared,
        share_expires,
        share_has_reason,
        tasks_per_agency,
    )
except ModuleNotFoundError as error:
    if error.name != "pulumi_policy":
        raise
    needs = (
        "metapixel_policy needs pulumi-metapixel[policy]: pip install 'pulumi-metapixel[policy]'"
    )
    raise ModuleNotFoundError(needs, name=error.name) from None

__all__ = [
    "RULES",
    "advertise_with_ad_account",
    "approve_known_owners",
    "approved_ad_accounts",
    "approved_agencies",
    "edit_expires_soon",
    "max_agencies_per_pixel",
    "no_edit",
    "overwrite_states_reason",
    "pixels_never_shared",
    "share_expires",
    "share_has_reason",
    "tasks_per_agency",
]
