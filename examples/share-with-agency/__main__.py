"""The four steps of Meta's guide in one stack, which acts as the owner and as one agency.

The owner shares its pixel (step 1). An agency without a relationship to the owner accepts the share
(step 2) and permits its ad account (step 3). `pulumi destroy` removes the access (step 4).

In the checkout, `make demo` runs this program at the simulator.

Without `actAsAgency`, the share is `PENDING` until the agency accepts it by hand, or with its own
stack (see ../agency).
"""

import pulumi

from pulumi_metapixel import (
    PixelAdAccountPermission,
    PixelAgencyShare,
    PixelSharingStandingResponse,
    Task,
)

config = pulumi.Config()
pixel = config.require("pixel")

# This agency already works with the owner, so it gets the pixel at once.
analytics = PixelAgencyShare(
    "analytics",
    pixel_id=pixel,
    agency_business_id=config.require("analyticsAgency"),
    permitted_tasks=[Task.ANALYZE],
    reason="Monthly attribution report",
)

# This agency is new, so it has to accept the share first.
campaigns = PixelAgencyShare(
    "campaigns",
    pixel_id=pixel,
    agency_business_id=config.require("campaignAgency"),
    permitted_tasks=[Task.ADVERTISE, Task.ANALYZE],
    reason="Spring campaign",
)

pulumi.export("pixel", campaigns.pixel_id)
pulumi.export("analytics", analytics.status)
pulumi.export("campaigns", campaigns.status)
pulumi.export("campaigns_request", campaigns.pending_request_id)

# The following resources act as the agency, with the agency's token.
if config.get_bool("actAsAgency"):
    accepted = PixelSharingStandingResponse(
        "campaigns-accepted",
        owner_business_id=config.require("owner"),
        agency_business_id=campaigns.agency_business_id,
        reason="Spring campaign",
        credentials="agency",
        opts=pulumi.ResourceOptions(depends_on=[campaigns]),
    )
    account = PixelAdAccountPermission(
        "campaigns-account",
        pixel_id=campaigns.pixel_id,
        business_id=campaigns.agency_business_id,
        ad_account_id=config.require("campaignAdAccount"),
        credentials="agency",
        opts=pulumi.ResourceOptions(depends_on=[accepted]),
    )
    pulumi.export("campaigns_account", account.status)
