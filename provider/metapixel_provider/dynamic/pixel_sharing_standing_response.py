"""The dynamic provider of `PixelSharingStandingResponse`. Never move it: states have its path."""

from metapixel_provider.dynamic.adapter import Adapter
from metapixel_provider.sharing.resource_types import ResourceType


class PixelSharingStandingResponseProvider(Adapter):
    type_ = ResourceType.STANDING_RESPONSE
