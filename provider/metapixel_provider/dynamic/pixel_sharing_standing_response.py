"""The dynamic provider of `PixelSharingStandingResponse`. Never move it: states have its path.

What create, read, update and delete call at Meta is in `sharing/response/lifecycle.py`.
"""

from __future__ import annotations

from metapixel_provider.dynamic.adapter import Adapter
from metapixel_provider.sharing.resource_types import ResourceType


class PixelSharingStandingResponseProvider(Adapter):
    """The provider of standing responses."""

    type_ = ResourceType.STANDING_RESPONSE
