"""The access to our pixels, which we change only by pull requests."""

import pulumi

from pulumi_metapixel import PixelAgencyShare, Task

config = pulumi.Config()

PixelAgencyShare(
    "northlight",
    pixel_id=config.require("pixel"),
    agency_business_id="2002345678900222",
    permitted_tasks=[Task.ANALYZE],
    expires_on="2027-01-31",
    reason="Monthly attribution report",
)
