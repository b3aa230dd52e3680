"""The dynamic provider of `PixelSharingRequestResponse`; its path stands in state, never moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metapixel_provider.dynamic.adapter import Adapter

if TYPE_CHECKING:
    from metapixel_provider.sharing.lifecycle import Lifecycle


class PixelSharingRequestResponseProvider(Adapter):
    """Steps of the answer to a sharing request."""

    def load(self) -> Lifecycle:
        """See `Adapter.load`."""
        from metapixel_provider.sharing.response.lifecycle import (
            PixelSharingRequestResponseLifecycle,
        )

        return PixelSharingRequestResponseLifecycle()

    def delete(self, _id: str, _props: dict[str, object]) -> None:
        """Nothing is sent, so no token is asked for: the owner can end the access without it."""
