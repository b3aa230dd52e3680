"""The dynamic provider of `PixelAgencyShare`. Its path stands in state and never moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metapixel_provider.dynamic.adapter import Adapter

if TYPE_CHECKING:
    from metapixel_provider.sharing.lifecycle import Lifecycle


class PixelAgencyShareProvider(Adapter):
    """Steps of a pixel shared with an agency."""

    def load(self) -> Lifecycle:
        """See `Adapter.load`."""
        from metapixel_provider.sharing.asset import PIXEL
        from metapixel_provider.sharing.share.lifecycle import AgencyShareLifecycle

        return AgencyShareLifecycle(PIXEL)
