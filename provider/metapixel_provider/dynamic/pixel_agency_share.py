"""The dynamic provider of `PixelAgencyShare`. Never move it: states contain its path.

What create, read, update and delete call at Meta is in `sharing/share/lifecycle.py`.
"""

from __future__ import annotations

from metapixel_provider.dynamic.adapter import Adapter
from metapixel_provider.sharing.resource_types import ResourceType


class PixelAgencyShareProvider(Adapter):
    """The provider of shares of pixels."""

    type_ = ResourceType.SHARE
