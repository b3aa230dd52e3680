"""The dynamic provider of `PixelAdAccountPermission`. Never move it: states contain its path.

What create, read, update and delete call at Meta is in `sharing/permission/lifecycle.py`.
"""

from __future__ import annotations

from metapixel_provider.dynamic.adapter import Adapter
from metapixel_provider.sharing.resource_types import ResourceType


class PixelAdAccountPermissionProvider(Adapter):
    """The provider of ad account permissions."""

    type_ = ResourceType.PERMISSION
