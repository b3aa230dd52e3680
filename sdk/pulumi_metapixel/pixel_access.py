"""The access to one pixel, as an argument of `AgencyAccess`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pulumi

from pulumi_metapixel._endings import last_day
from pulumi_metapixel._pixels import DeclaredPixel
from pulumi_metapixel._values import Tasks


@dataclass(frozen=True, kw_only=True)
class PixelAccess:
    """The access of an agency to one pixel, if it differs from its access to the other pixels.

    Each value takes precedence over the value of the component. The date is an exception: the
    earlier of both dates counts. `expires_on` is the last day of the access in UTC. `previously`
    lists the former labels of the pixel in the component.
    """

    pixel_id: pulumi.Input[str | int]
    permitted_tasks: Tasks | None = None
    ad_accounts: Sequence[str | int] | None = None
    expires_on: str | date | None = None
    reason: pulumi.Input[str] | None = None
    previously: Sequence[str] = ()


@dataclass(frozen=True)
class DeclaredAccess:
    """The access to one pixel, merged with the component's values."""

    pixel: DeclaredPixel
    permitted_tasks: Tasks
    expires_on: date | None
    reason: pulumi.Input[str] | None

    @classmethod
    def of(
        cls,
        label: str,
        given: pulumi.Input[str | int] | PixelAccess,
        common: PixelAccess,
        title: str,
    ) -> DeclaredAccess:
        """Return the access that a program declares for a pixel.

        `common` contains the values for all pixels. `title` names the access in errors. Raises
        pulumi.RunError if a value is wrong.
        """
        own = given if isinstance(given, PixelAccess) else PixelAccess(pixel_id=given)
        tasks = own.permitted_tasks if own.permitted_tasks is not None else common.permitted_tasks
        if tasks is None:
            raise pulumi.RunError(
                f"{title}: permitted_tasks is missing; pass it for this pixel, or for all pixels"
            )
        accounts = own.ad_accounts if own.ad_accounts is not None else common.ad_accounts
        last_days = [last_day(each.expires_on, title) for each in (own, common)]
        return cls(
            DeclaredPixel.of(own.pixel_id, accounts or (), label, own.previously, title),
            tasks,
            min((each for each in last_days if each is not None), default=None),
            own.reason if own.reason is not None else common.reason,
        )
