"""Resources for Pulumi programs that manage access to Meta pixels.

The resources cover the four steps of Meta's guide to sharing a pixel with an agency: share the
pixel or end the share (`PixelAgencyShare`), answer the sharing request
(`PixelSharingRequestResponse`), and permit an ad account (`PixelAdAccountPermission`).
`AgencyAccess` declares the whole access of an agency, and `declare_access_file` declares the access
in an access file.
"""

from metapixel_provider.sharing.status import PermissionStatus, ShareStatus
from metapixel_provider.sharing.tasks import OnExisting, Task
from pulumi_metapixel.access_file import declare_access_file
from pulumi_metapixel.agency_access import AgencyAccess
from pulumi_metapixel.pixel_access import PixelAccess
from pulumi_metapixel.pixel_ad_account_permission import PixelAdAccountPermission
from pulumi_metapixel.pixel_agency_share import PixelAgencyShare
from pulumi_metapixel.pixel_sharing_request_response import (
    PixelSharingRequestResponse,
    RequestResponse,
)

__all__ = [
    "AgencyAccess",
    "OnExisting",
    "PermissionStatus",
    "PixelAccess",
    "PixelAdAccountPermission",
    "PixelAgencyShare",
    "PixelSharingRequestResponse",
    "RequestResponse",
    "ShareStatus",
    "Task",
    "declare_access_file",
]
