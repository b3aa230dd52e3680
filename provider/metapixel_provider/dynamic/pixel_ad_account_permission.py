"""The dynamic provider of `PixelAdAccountPermission`. Never move it: states contain its path."""

from metapixel_provider.dynamic.adapter import Adapter
from metapixel_provider.sharing.resource_types import ResourceType


class PixelAdAccountPermissionProvider(Adapter):
    type_ = ResourceType.PERMISSION
