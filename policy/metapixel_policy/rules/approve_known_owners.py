"""approve-known-owners: only requests from known owners are approved."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_policy import Severity

from metapixel_policy.resources import RequestResponse
from metapixel_policy.rule import resource_rule
from metapixel_policy.settings import Config, id_list
from metapixel_provider.sharing.spelling import written

OWNERS = id_list("owners", "Business ids of the owners whose requests may be approved.")


def _check(response: RequestResponse, config: Config) -> Iterator[str]:
    if not response.approves:
        return
    owner = response.owner_business_id
    if owner is None:
        yield (
            f"A request is approved, but {written('owner_business_id')} does not state who sent it"
        )
    elif owner not in config[OWNERS]:
        yield "A request is approved, but it does not come from a known owner"


approve_known_owners = resource_rule(
    RequestResponse,
    name="approve-known-owners",
    description="A sharing request is approved only when it comes from a known owner.",
    severity=Severity.CRITICAL,
    remediation=f"Set {written('owner_business_id')} to the business that sent the request, and "
    "have it added to approve-known-owners.owners in the policy configuration.",
    check=_check,
    settings=[OWNERS],
)
