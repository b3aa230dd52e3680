"""The types of our resources, and the inputs that identify a resource of each type."""

from __future__ import annotations

from enum import StrEnum

from metapixel_provider.sharing.asset import PIXEL

#: The beginning of each type, in every version of the provider.
PREFIX = "pulumi-python:dynamic/metapixel:"


class ResourceType(StrEnum):
    """A type of resource, as the engine writes it in URNs and in the state."""

    SHARE = f"{PREFIX}PixelAgencyShare"
    PERMISSION = f"{PREFIX}PixelAdAccountPermission"
    RESPONSE = f"{PREFIX}PixelSharingRequestResponse"

    @property
    def key(self) -> tuple[str, ...]:
        """The inputs that identify a resource. A change of one of them replaces the resource.

        For shares and permissions, the first two are the pixel and the business that uses it.
        """
        return _KEYS[self]


_KEYS = {
    ResourceType.SHARE: PIXEL.key,
    ResourceType.PERMISSION: ("pixel_id", "business_id", "ad_account_id"),
    ResourceType.RESPONSE: ("request_id", "request_status"),
}
