"""max-agencies-per-pixel: a pixel is shared with a limited number of agencies."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_policy import Severity

from metapixel_policy.ledger import Ledger
from metapixel_policy.resources import PixelShare
from metapixel_policy.rule import resource_rule
from metapixel_policy.settings import Config, number, number_by_id

MAX_AGENCIES = number("max_agencies", "Number of agencies that may have a pixel.", default=10)
PIXELS = number_by_id("pixels", "A different limit for single pixels, by pixel id.")

_agencies = Ledger()


def _check(share: PixelShare, config: Config) -> Iterator[str]:
    pixel, agency = share.pixel_id, share.agency_business_id
    limit = config[PIXELS].get(pixel, config[MAX_AGENCIES])
    agencies = {agency, *_agencies.record(share.urn, pixel, agency).values()}
    if len(agencies) > limit:
        yield f"The pixel would have more agencies than its limit of {limit}"


max_agencies_per_pixel = resource_rule(
    PixelShare,
    name="max-agencies-per-pixel",
    description="A pixel is shared with a limited number of agencies.",
    severity=Severity.MEDIUM,
    remediation="Remove the access of an agency to the pixel, or have the pixel's limit raised in "
    "max-agencies-per-pixel.pixels of the policy configuration.",
    check=_check,
    settings=[MAX_AGENCIES, PIXELS],
)
