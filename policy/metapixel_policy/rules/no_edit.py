"""no-edit: only agencies on a list get EDIT, which lets them manage the pixel itself."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_policy import Severity

from metapixel_policy.resources import Share
from metapixel_policy.rule import resource_rule
from metapixel_policy.settings import Config, id_list
from metapixel_provider.sharing.tasks import Task

AGENCIES = id_list("agencies", "Business ids of the agencies that may have EDIT.", default=[])


def _check(share: Share, config: Config) -> Iterator[str]:
    if Task.EDIT in share.permitted_tasks and share.agency_business_id not in config[AGENCIES]:
        yield "The agency would have EDIT"


no_edit = resource_rule(
    Share,
    name="no-edit",
    description="No agency has EDIT on a pixel, except the agencies on a list.",
    severity=Severity.CRITICAL,
    remediation="Remove EDIT from the tasks, or have the business added to "
    "no-edit.agencies in the policy configuration.",
    check=_check,
    settings=[AGENCIES],
)
