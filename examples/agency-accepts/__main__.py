"""The agency's own stack, which accepts the owner's request and permits the agency's ad account.

The ids of the pixel and the request come from the owner's stack (../share-with-agency). The request
id is empty if the agency does not have to accept. In the checkout, the program runs in this folder:
create a stack, set the four keys of its configuration, export the agency's token, and `pulumi up`.
"""

import pulumi

from pulumi_metapixel import (
    PixelAdAccountPermission,
    PixelSharingRequestResponse,
    RequestResponse,
)

config = pulumi.Config()
owner = pulumi.StackReference(config.require("ownerStack"))

accepted = PixelSharingRequestResponse(
    "accepted",
    request_id=owner.require_output("campaigns_request"),
    request_status=RequestResponse.APPROVE,
    owner_business_id=config.require("owner"),
)
account = PixelAdAccountPermission(
    "account",
    pixel_id=owner.require_output("pixel"),
    business_id=config.require("agency"),
    ad_account_id=config.require("adAccount"),
    opts=pulumi.ResourceOptions(depends_on=[accepted]),
)

pulumi.export("answer", accepted.status)
pulumi.export("account", account.status)
