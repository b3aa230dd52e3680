"""Resources for Pulumi programs that manage access to Meta pixels.

The resources cover the four steps of Meta's guide to sharing a pixel with an agency: share the
pixel or end the share (`PixelAgencyShare`), answer one sharing request
(`PixelSharingRequestResponse`) or all requests of an owner (`PixelSharingStandingResponse`), and
permit an ad account (`PixelAdAccountPermission`).
`AgencyAccess` declares the whole access of an agency, and `declare_access_file` declares the access
in an access file. For an agency, `ClientAccess` declares everything about one client.
"""

from importlib import import_module
from typing import TYPE_CHECKING

import pulumi

from metapixel_provider.sharing.enums import Words
from metapixel_provider.sharing.status import (
    PermissionStatus,
    RequestResponse,
    ShareStatus,
    StandingStatus,
)
from metapixel_provider.sharing.tasks import OnExisting, Task
from pulumi_metapixel.pixel_ad_account_permission import PixelAdAccountPermission
from pulumi_metapixel.pixel_agency_share import PixelAgencyShare
from pulumi_metapixel.pixel_sharing_request_response import PixelSharingRequestResponse
from pulumi_metapixel.pixel_sharing_standing_response import PixelSharingStandingResponse

if TYPE_CHECKING:
    from pulumi_metapixel.access_file import declare_access_file
    from pulumi_metapixel.agency_access import AgencyAccess
    from pulumi_metapixel.client_access import ClientAccess
    from pulumi_metapixel.pixel_access import PixelAccess

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

#: These modules are imported only if a program uses them, because each import slows down a preview.
_LATER = {
    "AgencyAccess": "agency_access",
    "ClientAccess": "client_access",
    "PixelAccess": "pixel_access",
    "declare_access_file": "access_file",
}


class _UnknownNameError(pulumi.RunError, AttributeError):
    """An error that Pulumi prints as one sentence, without a traceback."""


Words.unknown_name = _UnknownNameError


# Type checkers must not accept every name.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Import a name when a program first uses it. Raises AttributeError for an unknown name."""
        if name not in _LATER:
            raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
        return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
