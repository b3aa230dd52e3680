"""The lifecycle of each type of resource, imported when a process serves the type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metapixel_provider.sharing.resource_types import ResourceType

if TYPE_CHECKING:
    from metapixel_provider.sharing.contract import Lifecycle


def lifecycle_of(type_: ResourceType) -> type[Lifecycle]:
    match type_:
        case ResourceType.SHARE:
            from metapixel_provider.sharing.share import lifecycle as share

            return share.AgencyShareLifecycle
        case ResourceType.PERMISSION:
            from metapixel_provider.sharing.permission import lifecycle as permission

            return permission.PixelAdAccountPermissionLifecycle
        case ResourceType.RESPONSE | ResourceType.STANDING_RESPONSE:
            from metapixel_provider.sharing.response import lifecycle as response

            if type_ is ResourceType.RESPONSE:
                return response.PixelSharingRequestResponseLifecycle
            return response.PixelSharingStandingResponseLifecycle
