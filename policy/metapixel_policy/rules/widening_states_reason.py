"""widening-states-reason: no task is added to an existing share without a new reason.

A policy does not get the old state, but the provider's `check` does. It adds the input
`unexplained_tasks`: the tasks that an update adds while `reason` stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_policy import Severity

from metapixel_policy.resources import Share
from metapixel_policy.rule import resource_rule
from metapixel_policy.settings import Config


def _check(share: Share, config: Config) -> Iterator[str]:
    if share.unexplained_tasks:
        added = ", ".join(share.unexplained_tasks)
        yield f"The share gains {added}, but its reason is missing or unchanged"


widening_states_reason = resource_rule(
    Share,
    name="widening-states-reason",
    description="A share gains a task only with a new reason.",
    severity=Severity.HIGH,
    remediation="State in reason why the agency needs the task, or remove the task. A new "
    "reason is also needed to grant a task again that somebody removed by "
    "hand at Meta.",
    check=_check,
)
