"""The dynamic provider of `PixelSharingStandingResponse`. Never move it: states have its path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metapixel_provider.dynamic.adapter import Adapter

if TYPE_CHECKING:
    from metapixel_provider.sharing.contract import Lifecycle


class PixelSharingStandingResponseProvider(Adapter):
    """The provider of standing responses."""

    def load(self) -> Lifecycle:
        from metapixel_provider.sharing.response.lifecycle import (
            PixelSharingStandingResponseLifecycle,
        )

        return PixelSharingStandingResponseLifecycle()
