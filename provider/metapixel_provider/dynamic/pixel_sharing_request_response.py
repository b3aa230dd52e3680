"""The dynamic provider of `PixelSharingRequestResponse`. Never move it: states contain its path."""

from metapixel_provider.dynamic.adapter import Adapter
from metapixel_provider.sharing.resource_types import ResourceType


class PixelSharingRequestResponseProvider(Adapter):
    type_ = ResourceType.RESPONSE
