"""The types of our resources, each with its description."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from metapixel_provider.sharing.asset import PIXEL, Kind
from metapixel_provider.sharing.resources import (
    PERMISSION,
    PIXEL_SHARE,
    RESPONSE,
    STANDING,
    Resource,
)

#: The beginning of each type, in every version of the provider.
PREFIX = "pulumi-python:dynamic/metapixel:"

#: The type of the component that contains the shares and permissions of one agency.
AGENCY_ACCESS = "metapixel:index:AgencyAccess"

#: The type of the component that contains an agency's resources for one client.
CLIENT_ACCESS = "metapixel:index:ClientAccess"


class ResourceType(StrEnum):
    """A type of resource, as the engine writes it in URNs and in the state."""

    SHARE = f"{PREFIX}{PIXEL_SHARE.name}"
    PERMISSION = f"{PREFIX}{PERMISSION.name}"
    RESPONSE = f"{PREFIX}{RESPONSE.name}"
    STANDING_RESPONSE = f"{PREFIX}{STANDING.name}"

    @property
    def described(self) -> Resource:
        return _DESCRIBED[self]

    @property
    def is_access(self) -> bool:
        """True for shares and permissions. The other types are answers to requests."""
        return self in SHARES or self is ResourceType.PERMISSION

    @property
    def key(self) -> tuple[str, ...]:
        """The inputs that identify a resource. A change of one of them replaces the resource.

        For shares and permissions, the first two inputs are the asset and the business that uses
        it. For standing responses, they are the owner and the agency.
        """
        return self.described.key


#: The types of shares, each with the kind of asset that it shares.
SHARES: Mapping[ResourceType, Kind] = {ResourceType.SHARE: PIXEL}

_DESCRIBED = {
    ResourceType.SHARE: PIXEL_SHARE,
    ResourceType.PERMISSION: PERMISSION,
    ResourceType.RESPONSE: RESPONSE,
    ResourceType.STANDING_RESPONSE: STANDING,
}
