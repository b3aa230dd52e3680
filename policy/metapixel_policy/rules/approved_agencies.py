"""approved-agencies: pixels are shared only with agencies on an approved list."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_policy import Severity

from metapixel_policy.resources import Share
from metapixel_policy.rule import resource_rule
from metapixel_policy.settings import Config, id_list

AGENCIES = id_list("agencies", "Business ids of the agencies that may receive a pixel.")


def _check(share: Share, config: Config) -> Iterator[str]:
    if share.agency_business_id not in config[AGENCIES]:
        yield "The agency is not approved"


approved_agencies = resource_rule(
    Share,
    name="approved-agencies",
    description="A pixel is shared only with approved agencies.",
    severity=Severity.CRITICAL,
    remediation="Correct the business id of the agency, or have it added to "
    "approved-agencies.agencies in the policy configuration.",
    check=_check,
    settings=[AGENCIES],
)
