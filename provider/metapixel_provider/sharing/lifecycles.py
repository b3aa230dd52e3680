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
    from metapixel_provider.sharing.contract import Lifecycle


@cache
def lifecycle(type_: ResourceType, today: Callable[[], date]) -> Lifecycle:
    """Return a lifecycle. `today` returns the date of the run."""
    match type_:
        case ResourceType.SHARE:
            return AgencyShareLifecycle(today)
        case ResourceType.PERMISSION:
            return PixelAdAccountPermissionLifecycle()
        case ResourceType.RESPONSE:
            return PixelSharingRequestResponseLifecycle()
        case ResourceType.STANDING_RESPONSE:
            return PixelSharingStandingResponseLifecycle()
