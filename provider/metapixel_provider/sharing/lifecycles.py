"""The lifecycle of each type of resource."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metapixel_provider.sharing.permission.lifecycle import PixelAdAccountPermissionLifecycle
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.response.lifecycle import (
    PixelSharingRequestResponseLifecycle,
    PixelSharingStandingResponseLifecycle,
)
from metapixel_provider.sharing.share.lifecycle import AgencyShareLifecycle

if TYPE_CHECKING:
    from metapixel_provider.sharing.contract import Lifecycle

LIFECYCLES: Mapping[ResourceType, type[Lifecycle]] = {
    ResourceType.SHARE: AgencyShareLifecycle,
    ResourceType.PERMISSION: PixelAdAccountPermissionLifecycle,
    ResourceType.RESPONSE: PixelSharingRequestResponseLifecycle,
    ResourceType.STANDING_RESPONSE: PixelSharingStandingResponseLifecycle,
}
