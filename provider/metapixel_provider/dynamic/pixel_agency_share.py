"""The dynamic provider of `PixelAgencyShare`. Never move it: states contain its path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metapixel_provider.dynamic.adapter import Adapter

if TYPE_CHECKING:
    from metapixel_provider.sharing.contract import Lifecycle


class PixelAgencyShareProvider(Adapter):
    """The provider of shares of pixels."""

    def load(self) -> Lifecycle:
        from metapixel_provider.sharing.asset import PIXEL
        from metapixel_provider.sharing.share.lifecycle import AgencyShareLifecycle

        return AgencyShareLifecycle(PIXEL)
