"""The lifecycle of each type of resource."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from metapixel_provider.sharing.permission.lifecycle import PixelAdAccountPermissionLifecycle
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.response.lifecycle import (
    PixelSharingRequestResponseLifecycle,
    PixelSharingStandingResponseLifecycle,
)
from metapixel_provider.sharing.share.lifecycle import AgencyShareLifecycle

if TYPE_CHECKING:
    from metapixel_provider.sharing.contract import Declarations, Lifecycle

_LIFECYCLES: dict[ResourceType, type[Lifecycle]] = {
    ResourceType.SHARE: AgencyShareLifecycle,
    ResourceType.PERMISSION: PixelAdAccountPermissionLifecycle,
    ResourceType.RESPONSE: PixelSharingRequestResponseLifecycle,
    ResourceType.STANDING_RESPONSE: PixelSharingStandingResponseLifecycle,
}


@cache
def lifecycle(
    type_: ResourceType, today: Callable[[], date], declarations: Declarations
) -> Lifecycle:
    """Return a lifecycle. `today` returns the date of the run."""
    return _LIFECYCLES[type_](declarations, today)
