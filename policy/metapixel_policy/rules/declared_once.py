"""declared-once: two resources for one grant undo each other.

Whichever is removed first takes the access away from the other.
"""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_policy import Severity

from metapixel_policy.ledger import Ledger
from metapixel_policy.resources import Grant, Permission, Share
from metapixel_policy.rule import resource_rule
from metapixel_policy.settings import Config

_grants = Ledger()


def _check(grant: Grant, config: Config) -> Iterator[str]:
    for other in _grants.record(grant.urn, (grant.TYPE, grant.identity)):
        yield f"'{other.rsplit('::', 1)[-1]}' declares the same already"


declared_once = resource_rule(
    Share,
    Permission,
    name="declared-once",
    description="A share or an ad account's permission is declared by one resource.",
    severity=Severity.HIGH,
    remediation="Remove one of the two; to rename a resource, give the new one "
    "the old one's alias.",
    check=_check,
)
