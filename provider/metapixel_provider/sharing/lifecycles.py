"""The lifecycle of each type of resource."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from metapixel_provider.sharing.resource_types import ResourceType

if TYPE_CHECKING:
    from metapixel_provider.sharing.contract import Lifecycle


@cache
def lifecycle(type_: ResourceType, today: Callable[[], date]) -> Lifecycle:
    """Import and return a lifecycle. A program with resources does not need this import.

    `today` returns the date of the run.
    """
    match type_:
        case ResourceType.SHARE:
            from metapixel_provider.sharing.share.lifecycle import AgencyShareLifecycle

            return AgencyShareLifecycle(today)
        case ResourceType.PERMISSION:
            from metapixel_provider.sharing.permission.lifecycle import (
                PixelAdAccountPermissionLifecycle,
            )

            return PixelAdAccountPermissionLifecycle()
        case ResourceType.RESPONSE:
            from metapixel_provider.sharing.response.lifecycle import (
                PixelSharingRequestResponseLifecycle,
            )

            return PixelSharingRequestResponseLifecycle()
        case ResourceType.STANDING_RESPONSE:
            from metapixel_provider.sharing.response.lifecycle import (
                PixelSharingStandingResponseLifecycle,
            )

            return PixelSharingStandingResponseLifecycle()
