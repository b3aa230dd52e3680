"""A pixel, shared with an agency that has to accept the share."""

import pulumi

from pulumi_metapixel import PixelAgencyShare, Task

share = PixelAgencyShare(
    "spring-campaign",
    pixel_id="1290034567800001",
    agency_business_id="3003456789000333",
    permitted_tasks=[Task.ADVERTISE, Task.ANALYZE],
    reason="Spring campaign",
)
pulumi.export("status", share.status)
