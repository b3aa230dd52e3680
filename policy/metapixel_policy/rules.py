"""The rules. The name of a rule is the name of its function, and its description the docstring.

A rule yields a sentence for each violation. `rule.py` adds the remediation to the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from pulumi_policy import Policy, Severity

from metapixel_policy.rule import Config, rule
from metapixel_policy.settings import (
    AD_ACCOUNTS,
    COUNT,
    COUNT_BY_ID,
    IDS,
    TASKS,
    TASKS_BY_ID,
    Setting,
    setting,
)
from metapixel_policy.views import View
from metapixel_provider.sharing import ids
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.status import RequestStatus
from metapixel_provider.sharing.tasks import ALLOW_AD_ACCOUNTS, OnExisting, Task


def _max_days(until: str, default: int) -> dict[str, Setting]:
    description = f"Maximum number of days from today (UTC) until {until}."
    return {"max_days": setting(COUNT, description, default=default)}


@rule(
    ResourceType.SHARE,
    severity=Severity.CRITICAL,
    remediation="Correct the business id of the agency, or have it added to "
    "approved-agencies.agencies in the policy configuration.",
    settings={"agencies": setting(IDS, "Business ids of the agencies that may receive a pixel.")},
)
def approved_agencies(share: View, config: Config) -> Iterator[str]:
    """A pixel is shared only with approved agencies."""
    if share["agency_business_id"] not in config["agencies"]:
        yield "The agency is not approved"


@rule(
    ResourceType.SHARE,
    severity=Severity.CRITICAL,
    remediation="Remove the agency's access to the pixel, or correct the id of the pixel.",
    settings={"pixels": setting(IDS, "Ids of the pixels that may not be shared with anybody.")},
)
def pixels_never_shared(share: View, config: Config) -> Iterator[str]:
    """The pixels on a list are shared with nobody."""
    if share["pixel_id"] in config["pixels"]:
        yield "The pixel may not be shared"


#: The agencies by the URNs of their shares, for each stack and pixel. A stack policy would see the
#: whole stack, but only after an update has granted all access. The process of a pack lives for one
#: preview or update, in which the program declares all its shares.
_agencies: dict[tuple[str, ...], dict[str, str]] = {}


@rule(
    ResourceType.SHARE,
    severity=Severity.MEDIUM,
    remediation="Remove the access of an agency to the pixel, or have the pixel's limit raised in "
    "max-agencies-per-pixel.pixels of the policy configuration.",
    settings={
        "max_agencies": setting(COUNT, "Number of agencies that may have a pixel.", default=10),
        "pixels": setting(
            COUNT_BY_ID, "A different limit for single pixels, by pixel id.", default={}
        ),
    },
)
def max_agencies_per_pixel(share: View, config: Config) -> Iterator[str]:
    """A pixel is shared with a limited number of agencies."""
    pixel, agency = share["pixel_id"], share["agency_business_id"]
    limit = int(config["pixels"].get(pixel, config["max_agencies"]))
    # urn:pulumi:STACK::PROJECT::TYPE::NAME
    stack, project, *_ = share.urn.split("::")
    # The engine checks one share at a time, so the agencies of earlier shares are kept.
    agency_by_share = _agencies.setdefault((stack, project, pixel), {})
    agency_by_share[share.urn] = agency
    if len(set(agency_by_share.values())) > limit:
        yield f"The pixel would have more agencies than its limit of {limit}"


@rule(
    ResourceType.SHARE,
    severity=Severity.CRITICAL,
    remediation="Remove EDIT from the tasks, or have the business added to "
    "no-edit.agencies in the policy configuration.",
    settings={
        "agencies": setting(IDS, "Business ids of the agencies that may have EDIT.", default=[])
    },
)
def no_edit(share: View, config: Config) -> Iterator[str]:
    """No agency has EDIT on a pixel, except the agencies on a list."""
    if Task.EDIT not in share["permitted_tasks"]:
        return
    if share["agency_business_id"] not in config["agencies"]:
        yield "The agency would have EDIT"


@rule(
    ResourceType.SHARE,
    severity=Severity.HIGH,
    remediation="Declare the share in AgencyAccess with a permitted `expires_on`, or remove EDIT "
    "from the tasks.",
    settings=_max_days(until="EDIT ends", default=30),
)
def edit_expires_soon(share: View, config: Config) -> Iterator[str]:
    """A share with EDIT ends soon."""
    if Task.EDIT not in share["permitted_tasks"]:
        return
    latest = datetime.now(UTC).date() + timedelta(days=config["max_days"])
    last_day = share.get("expires_on")
    if last_day is None:
        yield "The share has EDIT but no `expires_on`"
    elif last_day > latest.isoformat():
        yield f"The share has EDIT until after {latest}"


@rule(
    ResourceType.SHARE,
    severity=Severity.HIGH,
    remediation="Remove the task, or have it added for the agency in "
    "tasks-per-agency.agencies in the policy configuration.",
    settings={
        "agencies": setting(TASKS_BY_ID, "Tasks that an agency may have, by its business id."),
        "others": setting(
            TASKS,
            "Tasks that every other agency may have. If you omit it, they may have all tasks.",
        ),
    },
)
def tasks_per_agency(share: View, config: Config) -> Iterator[str]:
    """An agency has only the tasks that it may have."""
    others = config.get("others", list(Task))
    allowed = config.get("agencies", {}).get(share["agency_business_id"], others)
    excess = [task for task in share["permitted_tasks"] if task not in allowed]
    if excess:
        yield f"The agency may not have {', '.join(excess)}"


@rule(
    ResourceType.SHARE,
    ResourceType.PERMISSION,
    of_stack=True,
    severity=Severity.MEDIUM,
    remediation="Permit an ad account of the agency (ad_accounts in an access file, else a "
    "PixelAdAccountPermission), correct the tasks, or have the business added to "
    "advertise-with-ad-account.elsewhere in the policy configuration.",
    settings={
        "elsewhere": setting(
            IDS,
            "The ids of businesses that own the pixel, or of businesses whose share or ad accounts "
            "another stack declares.",
            default=[],
        )
    },
)
def advertise_with_ad_account(
    declared: Sequence[View], config: Config
) -> Iterator[tuple[View, str]]:
    """A share with ADVERTISE needs an ad account, and an ad account needs a share with ADVERTISE
    or ANALYZE.
    """
    shares = [each for each in declared if each.type is ResourceType.SHARE]
    permissions = [each for each in declared if each.type is ResourceType.PERMISSION]
    shared = {(it["pixel_id"], it["agency_business_id"]): it["permitted_tasks"] for it in shares}
    with_ad_account = {(it["pixel_id"], it["business_id"]) for it in permissions}
    for share in shares:
        pixel, agency = share["pixel_id"], share["agency_business_id"]
        has_ad_account = (pixel, agency) in with_ad_account or agency in config["elsewhere"]
        if Task.ADVERTISE in share["permitted_tasks"] and not has_ad_account:
            problem = "The share permits ADVERTISE, but this stack permits none of its ad accounts"
            yield share, problem
    for permission in permissions:
        pixel, business = permission["pixel_id"], permission["business_id"]
        tasks = shared.get((pixel, business), [])
        is_elsewhere = (pixel, business) not in shared and business in config["elsewhere"]
        if ALLOW_AD_ACCOUNTS.isdisjoint(tasks) and not is_elsewhere:
            yield (
                permission,
                "This stack has no share that permits ADVERTISE or ANALYZE to the business of the "
                "ad account",
            )


@rule(
    ResourceType.PERMISSION,
    severity=Severity.HIGH,
    remediation="Correct the id of the ad account, or have it added to "
    "approved-ad-accounts.ad_accounts in the policy configuration.",
    settings={"ad_accounts": setting(AD_ACCOUNTS, "Ad accounts that may be permitted on a pixel.")},
)
def approved_ad_accounts(permission: View, config: Config) -> Iterator[str]:
    """Only approved ad accounts are permitted on a pixel."""
    if permission["ad_account_id"] not in map(ids.ad_account, config["ad_accounts"]):
        yield "The ad account is not approved"


@rule(
    ResourceType.SHARE,
    severity=Severity.HIGH,
    remediation="Declare the share in AgencyAccess, and set `expires_on` to the day the contract "
    "ends; remove access that has ended.",
    settings=_max_days(until="a share ends", default=365),
)
def share_expires(share: View, config: Config) -> Iterator[str]:
    """Every share has a last day that is neither past nor far away.

    If the rule is mandatory, it forbids each share outside of `AgencyAccess`.
    """
    today = datetime.now(UTC).date()
    latest = today + timedelta(days=config["max_days"])
    last_day = share.get("expires_on")
    if last_day is None:
        yield "The share has no `expires_on`"
    elif last_day < today.isoformat():
        yield "The share is past its last day"
    elif last_day > latest.isoformat():
        yield f"The share lasts until after {latest}"


@rule(
    ResourceType.SHARE,
    severity=Severity.LOW,
    remediation='Set reason, such as "spring campaign, contract 4711".',
)
def share_has_reason(share: View, config: Config) -> Iterator[str]:
    """Every share states why the agency has access."""
    if not (share.get("reason") or "").strip():
        yield "The share states no reason"


@rule(
    ResourceType.SHARE,
    severity=Severity.MEDIUM,
    remediation='Name each permitted task in reason, such as "ANALYZE and UPLOAD for offline '
    "conversions\", or set `on_existing='adopt'`.",
)
def overwrite_states_reason(share: View, config: Config) -> Iterator[str]:
    """A share that may overwrite existing access names its tasks in its reason."""
    # A policy does not receive the old state, so it cannot tell which tasks are added.
    if share.get("on_existing") != OnExisting.OVERWRITE:
        return
    words = re.findall(r"\w+", (share.get("reason") or "").upper())
    unnamed = ", ".join(task for task in share["permitted_tasks"] if task not in words)
    if unnamed:
        change = "`on_existing='overwrite'`"
        yield f"{change} may change an existing share; add {unnamed} to the reason of this share"


@rule(
    ResourceType.RESPONSE,
    ResourceType.STANDING_RESPONSE,
    severity=Severity.CRITICAL,
    remediation="Set `owner_business_id` to the business that sent the request, and "
    "have it added to approve-known-owners.owners in the policy configuration.",
    settings={"owners": setting(IDS, "Business ids of the owners whose requests may be approved.")},
)
def approve_known_owners(response: View, config: Config) -> Iterator[str]:
    """A sharing request is approved only when it comes from a known owner."""
    # A standing response has no `request_status`.
    if response.get("request_status") not in (None, RequestStatus.APPROVE):
        return
    owner = response.get("owner_business_id")
    if owner is None:
        yield "A request is approved, but `owner_business_id` does not state who sent it"
    elif owner not in config["owners"]:
        yield "A request is approved, but it does not come from a known owner"


RULES: tuple[Policy, ...] = tuple(each for each in vars().values() if isinstance(each, Policy))
"""All rules, in the order of this module."""
