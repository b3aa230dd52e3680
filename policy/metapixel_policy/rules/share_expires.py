"""share-expires: a share states when it ends, so that it does not outlive its contract."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from pulumi_policy import Severity

from metapixel_policy.resources import Share
from metapixel_policy.rule import resource_rule
from metapixel_policy.settings import Config, number
from metapixel_provider.sharing.spelling import written

MAX_DAYS = number(
    "max_days", "Maximum number of days from today (UTC) until a share ends.", default=365
)


def _check(share: Share, config: Config) -> Iterator[str]:
    today = datetime.now(UTC).date()
    latest = today + timedelta(days=config[MAX_DAYS])
    if share.expires_on is None:
        yield f"The share has no {written('expires_on')}"
    elif share.expires_on < today:
        yield "The share is past its last day"
    elif share.expires_on > latest:
        yield f"The share lasts until after {latest}"


share_expires = resource_rule(
    Share,
    name="share-expires",
    description="Every share states a last day that is neither past nor far away.",
    severity=Severity.HIGH,
    remediation=f'Set {written("expires_on")}, such as "2027-01-31", to the day the contract ends; '
    "remove access that has ended.",
    check=_check,
    settings=[MAX_DAYS],
)
