"""The types of our resources, and the inputs that identify a resource of each type."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from metapixel_provider.sharing.asset import PIXEL, Kind

#: The beginning of each type, in every version of the provider.
PREFIX = "pulumi-python:dynamic/metapixel:"

#: The type of the component that contains the shares and permissions of one agency.
AGENCY_ACCESS = "metapixel:index:AgencyAccess"


class ResourceType(StrEnum):
    """A type of resource, as the engine writes it in URNs and in the state."""

    SHARE = f"{PREFIX}PixelAgencyShare"
    PERMISSION = f"{PREFIX}PixelAdAccountPermission"
    RESPONSE = f"{PREFIX}PixelSharingRequestResponse"

    @property
    def key(self) -> tuple[str, ...]:
        """The inputs that identify a resource. A change of one of them replaces the resource.

        For shares and permissions, the first two inputs are the asset and the business that uses
        it.
        """
        return _KEYS[self]


#: The types of shares, each with the kind of asset that it shares.
SHARES: Mapping[ResourceType, Kind] = {ResourceType.SHARE: PIXEL}

_KEYS = {
    **{type_: kind.key for type_, kind in SHARES.items()},
    ResourceType.PERMISSION: ("pixel_id", "business_id", "ad_account_id"),
    ResourceType.RESPONSE: ("request_id", "request_status"),
}
