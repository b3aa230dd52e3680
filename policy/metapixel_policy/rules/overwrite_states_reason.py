"""overwrite-states-reason: a share that already exists is not overwritten without a reason."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_policy import Severity

from metapixel_policy.resources import Share
from metapixel_policy.rule import resource_rule
from metapixel_policy.settings import Config


def _check(share: Share, config: Config) -> Iterator[str]:
    if share.overwrites and not share.reason:
        yield "The share may change a share that already exists at Meta, but states no reason"


overwrite_states_reason = resource_rule(
    Share,
    name="overwrite-states-reason",
    description='A share with on_existing="overwrite" states a reason.',
    severity=Severity.MEDIUM,
    remediation='Set reason, or leave on_existing at "fail".',
    check=_check,
)
