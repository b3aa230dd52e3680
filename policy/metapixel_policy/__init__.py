"""Rules about who may have access to a Meta pixel, for your own policy packs.

    from metapixel_policy import RULES, approved_agencies

Importing this package does not start a pack. The program that constructs `PolicyPack` does. The
folder `policy/` of the repository is such a program, with all rules.
"""

try:
    from pulumi_policy import Policy
except ModuleNotFoundError as error:
    if error.name != "pulumi_policy":
        raise
    needs = (
        "metapixel_policy needs pulumi-metapixel[policy]: pip install 'pulumi-metapixel[policy]'"
    )
    raise ModuleNotFoundError(needs, name=error.name) from None

from metapixel_policy.rules.advertise_with_ad_account import advertise_with_ad_account
from metapixel_policy.rules.approve_known_owners import approve_known_owners
from metapixel_policy.rules.approved_ad_accounts import approved_ad_accounts
from metapixel_policy.rules.approved_agencies import approved_agencies
from metapixel_policy.rules.edit_expires_soon import edit_expires_soon
from metapixel_policy.rules.max_agencies_per_pixel import max_agencies_per_pixel
from metapixel_policy.rules.no_edit import no_edit
from metapixel_policy.rules.overwrite_states_reason import overwrite_states_reason
from metapixel_policy.rules.pixels_never_shared import pixels_never_shared
from metapixel_policy.rules.share_expires import share_expires
from metapixel_policy.rules.share_has_reason import share_has_reason
from metapixel_policy.rules.tasks_per_agency import tasks_per_agency

RULES: tuple[Policy, ...] = (
    approved_agencies,
    pixels_never_shared,
    max_agencies_per_pixel,
    no_edit,
    edit_expires_soon,
    tasks_per_agency,
    advertise_with_ad_account,
    approved_ad_accounts,
    share_expires,
    share_has_reason,
    overwrite_states_reason,
    approve_known_owners,
)
"""All rules, ordered by subject: agencies, tasks, ad accounts, duration, reason, requests."""

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
