"""The lifecycle of each type of resource, imported when a process serves the type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metapixel_provider.sharing.resource_types import ResourceType

if TYPE_CHECKING:
    from metapixel_provider.sharing.contract import Lifecycle


def lifecycle_of(type_: ResourceType) -> type[Lifecycle]:
    match type_:
        case ResourceType.SHARE:
            from metapixel_provider.sharing.share.lifecycle import AgencyShareLifecycle

            return AgencyShareLifecycle
        case ResourceType.PERMISSION:
            from metapixel_provider.sharing.permission.lifecycle import (
                PixelAdAccountPermissionLifecycle,
            )

            return PixelAdAccountPermissionLifecycle
        case ResourceType.RESPONSE:
            from metapixel_provider.sharing.response.lifecycle import (
                PixelSharingRequestResponseLifecycle,
            )

            return PixelSharingRequestResponseLifecycle
        case ResourceType.STANDING_RESPONSE:
            from metapixel_provider.sharing.response.lifecycle import (
                PixelSharingStandingResponseLifecycle,
            )

            return PixelSharingStandingResponseLifecycle
