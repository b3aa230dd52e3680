"""edit-expires-soon: a share with EDIT has an end date in the near future."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from pulumi_policy import Severity

from metapixel_policy.resources import Share
from metapixel_policy.rule import resource_rule
from metapixel_policy.settings import Config, number
from metapixel_provider.sharing.spelling import written
from metapixel_provider.sharing.tasks import Task

MAX_DAYS = number(
    "max_days", "Maximum number of days from today (UTC) until EDIT ends.", default=30
)


def _check(share: Share, config: Config) -> Iterator[str]:
    if Task.EDIT not in share.permitted_tasks:
        return
    latest = datetime.now(UTC).date() + timedelta(days=config[MAX_DAYS])
    if share.expires_on is None:
        yield f"The share has EDIT but no {written('expires_on')}"
    elif share.expires_on > latest:
        yield f"The share has EDIT until after {latest}"


edit_expires_soon = resource_rule(
    Share,
    name="edit-expires-soon",
    description="A share with EDIT ends soon.",
    severity=Severity.HIGH,
    remediation=f"Set {written('expires_on')} to a permitted day, or remove EDIT from the tasks.",
    check=_check,
    settings=[MAX_DAYS],
)
