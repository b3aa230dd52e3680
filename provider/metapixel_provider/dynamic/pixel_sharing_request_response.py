"""The dynamic provider of `PixelSharingRequestResponse`. Never move it: states contain its path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metapixel_provider.dynamic.adapter import Adapter

if TYPE_CHECKING:
    from metapixel_provider.sharing.contract import Lifecycle


class PixelSharingRequestResponseProvider(Adapter):
    """The provider of answers to sharing requests."""

    def load(self) -> Lifecycle:
        from metapixel_provider.sharing.response.lifecycle import (
            PixelSharingRequestResponseLifecycle,
        )

        return PixelSharingRequestResponseLifecycle()
