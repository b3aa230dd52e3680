"""Access to Meta pixels as code, for Pulumi programs.

Source: Meta's guide to sharing a pixel with an agency. The four acts are the creation and the
deletion of `PixelAgencyShare`, `PixelSharingRequestResponse` and `PixelAdAccountPermission`.
"""

from metapixel_provider.sharing.status import PermissionStatus, ShareStatus
from metapixel_provider.sharing.tasks import OnExisting, Task
from pulumi_metapixel.pixel_ad_account_permission import PixelAdAccountPermission
from pulumi_metapixel.pixel_agency_share import PixelAgencyShare
from pulumi_metapixel.pixel_sharing_request_response import (
    PixelSharingRequestResponse,
    RequestResponse,
)

__all__ = [
    "OnExisting",
    "PermissionStatus",
    "PixelAdAccountPermission",
    "PixelAgencyShare",
    "PixelSharingRequestResponse",
    "RequestResponse",
    "ShareStatus",
    "Task",
]
