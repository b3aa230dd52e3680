"""The dynamic provider of `PixelSharingRequestResponse`. Never move it: states contain its path.

What create, read, update and delete call at Meta is in `sharing/response/lifecycle.py`.
"""

from __future__ import annotations

from metapixel_provider.dynamic.adapter import Adapter
from metapixel_provider.sharing.resource_types import ResourceType


class PixelSharingRequestResponseProvider(Adapter):
    """The provider of answers to sharing requests."""

    type_ = ResourceType.RESPONSE
