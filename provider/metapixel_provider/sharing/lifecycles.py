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


@cache
def lifecycle(
    type_: ResourceType, today: Callable[[], date], declarations: Declarations
) -> Lifecycle:
    """Return a lifecycle. `today` returns the date of the run."""
    match type_:
        case ResourceType.SHARE:
            return AgencyShareLifecycle(today, declarations)
        case ResourceType.PERMISSION:
            return PixelAdAccountPermissionLifecycle(declarations)
        case ResourceType.RESPONSE:
            return PixelSharingRequestResponseLifecycle(declarations)
        case ResourceType.STANDING_RESPONSE:
            return PixelSharingStandingResponseLifecycle(declarations)
