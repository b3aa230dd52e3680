"""tasks-per-agency: each agency gets only the tasks that its work needs."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_policy import Severity

from metapixel_policy.resources import Share
from metapixel_policy.rule import resource_rule
from metapixel_policy.settings import Config, task_list, task_list_by_id
from metapixel_provider.sharing.tasks import Task

AGENCIES = task_list_by_id("agencies", "Tasks that an agency may have, by its business id.")
OTHERS = task_list(
    "others", "Tasks that every other agency may have. If you omit it, they may have all tasks."
)


def _check(share: Share, config: Config) -> Iterator[str]:
    others = config.get(OTHERS, frozenset(Task))
    allowed = config.get(AGENCIES, {}).get(share.agency_business_id, others)
    excess = [task for task in share.permitted_tasks if task not in allowed]
    if excess:
        yield f"The agency may not have {', '.join(excess)}"


tasks_per_agency = resource_rule(
    Share,
    name="tasks-per-agency",
    description="An agency has only the tasks that it may have.",
    severity=Severity.HIGH,
    remediation="Remove the task, or have it added for the agency in "
    "tasks-per-agency.agencies in the policy configuration.",
    check=_check,
    settings=[AGENCIES, OTHERS],
)
