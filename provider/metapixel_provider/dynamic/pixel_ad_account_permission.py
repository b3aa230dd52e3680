"""The dynamic provider of `PixelAdAccountPermission`. Never move it: states contain its path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metapixel_provider.dynamic.adapter import Adapter

if TYPE_CHECKING:
    from metapixel_provider.sharing.contract import Lifecycle


class PixelAdAccountPermissionProvider(Adapter):
    """The provider of ad account permissions."""

    def load(self) -> Lifecycle:
        from metapixel_provider.sharing.permission.lifecycle import (
            PixelAdAccountPermissionLifecycle,
        )

        return PixelAdAccountPermissionLifecycle()
