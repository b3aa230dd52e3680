"""The dynamic provider of `PixelAgencyShare`. Its path stands in state and never moves."""

from __future__ import annotations

from metapixel_provider.dynamic.adapter import Adapter
from metapixel_provider.sharing.pixel_agency_share import PixelAgencyShareLifecycle


class PixelAgencyShareProvider(Adapter):
    """Steps of a pixel shared with an agency."""

    lifecycle = PixelAgencyShareLifecycle()
