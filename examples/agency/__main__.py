"""An agency's own stack: the clients that it accepts, and the ad accounts that use their pixels.

Each client is another company, which shares its pixels from its own stack or in Business Settings.
The page docs/for-agencies.md explains this program, and `world.yaml` describes a simulated Meta in
which it runs.
"""

import pulumi

from pulumi_metapixel import ClientAccess, PixelAccess

AGENCY = "3003456789000333"

acme = ClientAccess(
    "acme",
    owner_business_id="1001204537800111",
    agency_business_id=AGENCY,
    pixels={
        "shop": "1290034567800001",
        "app": PixelAccess(pixel_id="1290034567800002", ad_accounts=["act_607700000000332"]),
    },
    ad_accounts=["act_607700000000331"],
    accept=True,
    expires_on="2027-12-31",
    reason="Contract 4711",
)
birch = ClientAccess(
    "birch",
    owner_business_id="1001204537800222",
    agency_business_id=AGENCY,
    pixels={"shop": "1290034567800003"},
    ad_accounts=["act_607700000000333"],
    accept=True,
    expires_on="2027-06-30",
    reason="Contract 4712",
)
# This client has not asked yet. The agency accepts its first request, whenever it comes.
cedar = ClientAccess(
    "cedar",
    owner_business_id="1001204537800333",
    agency_business_id=AGENCY,
    pixels={"shop": "1290034567800004"},
    ad_accounts=["act_607700000000334"],
    accept=True,
    expires_on="2027-06-30",
    reason="Contract 4713",
)

for name, client in {"acme": acme, "birch": birch, "cedar": cedar}.items():
    if client.standing_response:
        pulumi.export(name, client.standing_response.status)
