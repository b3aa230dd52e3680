"""Resources for Pulumi programs that manage access to Meta pixels.

The resources cover the four steps of Meta's guide to sharing a pixel with an agency: share the
pixel or end the share (`PixelAgencyShare`), answer one sharing request
(`PixelSharingRequestResponse`) or all requests of an owner (`PixelSharingStandingResponse`), and
permit an ad account (`PixelAdAccountPermission`).
`AgencyAccess` declares the whole access of an agency, and `declare_access_file` declares the access
in an access file. For an agency, `ClientAccess` declares everything about one client.
"""

from metapixel_provider.sharing.status import (
    PermissionStatus,
    RequestResponse,
    ShareStatus,
    StandingStatus,
)
from metapixel_provider.sharing.tasks import OnExisting, Task
from pulumi_metapixel.access_file import declare_access_file
from pulumi_metapixel.agency_access import AgencyAccess
from pulumi_metapixel.client_access import ClientAccess
from pulumi_metapixel.pixel_access import PixelAccess
from pulumi_metapixel.pixel_ad_account_permission import PixelAdAccountPermission
from pulumi_metapixel.pixel_agency_share import PixelAgencyShare
from pulumi_metapixel.pixel_sharing_request_response import PixelSharingRequestResponse
from pulumi_metapixel.pixel_sharing_standing_response import PixelSharingStandingResponse

__all__ = [
    "AgencyAccess",
    "ClientAccess",
    "OnExisting",
    "PermissionStatus",
    "PixelAccess",
    "PixelAdAccountPermission",
    "PixelAgencyShare",
    "PixelSharingRequestResponse",
    "PixelSharingStandingResponse",
    "RequestResponse",
    "ShareStatus",
    "StandingStatus",
    "Task",
    "declare_access_file",
]
