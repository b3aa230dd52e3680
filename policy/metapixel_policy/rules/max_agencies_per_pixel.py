"""max-agencies-per-pixel: a pixel is shared with a limited number of agencies."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_policy import Severity

from metapixel_policy.ledger import Ledger
from metapixel_policy.resources import Share
from metapixel_policy.rule import resource_rule
from metapixel_policy.settings import Config, number, number_by_id

MAX_AGENCIES = number("max_agencies", "Agencies that one pixel may be shared with.", default=10)
PIXELS = number_by_id("pixels", "Another number for a pixel, by its id.")

_agencies = Ledger()


def _check(share: Share, config: Config) -> Iterator[str]:
    pixel, agency = share.pixel_id, share.agency_business_id
    limit = config[PIXELS].get(pixel, config[MAX_AGENCIES])
    agencies = {agency, *_agencies.record(share.urn, pixel, agency).values()}
    if len(agencies) > limit:
        yield f"Pixel {pixel} would be shared with {len(agencies)} agencies; at most {limit} may be"


max_agencies_per_pixel = resource_rule(
    Share,
    name="max-agencies-per-pixel",
    description="A pixel is shared with a limited number of agencies.",
    severity=Severity.MEDIUM,
    remediation="Remove a share of the pixel, or have max-agencies-per-pixel.pixels raised for it "
    "in the policy configuration.",
    check=_check,
    settings=[MAX_AGENCIES, PIXELS],
)
