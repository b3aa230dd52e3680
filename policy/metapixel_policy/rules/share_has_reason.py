"""share-has-reason: a share states why the agency has access."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_policy import Severity

from metapixel_policy.resources import Share
from metapixel_policy.rule import resource_rule
from metapixel_policy.settings import Config


def _check(share: Share, config: Config) -> Iterator[str]:
    if not share.reason:
        yield "The share states no reason"


share_has_reason = resource_rule(
    Share,
    name="share-has-reason",
    description="Every share states why the agency has access.",
    severity=Severity.LOW,
    remediation='Set reason, such as "spring campaign, contract 4711".',
    check=_check,
)
