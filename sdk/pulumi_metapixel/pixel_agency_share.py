"""A pixel shared with an agency."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import pulumi

from metapixel_provider.dynamic.pixel_agency_share import PixelAgencyShareProvider
from metapixel_provider.sharing.asset import PIXEL
from metapixel_provider.sharing.tasks import OnExisting, Task
from pulumi_metapixel._ids import parts
from pulumi_metapixel._resource import MetaPixelResource
from pulumi_metapixel._values import day

_OUTPUTS = ("status", "granted_tasks", "pending_request_id", "agency_name")


class PixelAgencyShare(MetaPixelResource, module="metapixel", name="PixelAgencyShare"):
    """A pixel given to an agency business with permitted tasks.

    Where both businesses have no relationship yet the agency must accept first: the share is
    `PENDING` then, which is no failure. Its id is `PIXEL/AGENCY`.

    Source: Meta's guide, step 1.
    """

    if TYPE_CHECKING:
        # Pulumi would evaluate annotations anew for every resource, as slowly as registering it.
        pixel_id: pulumi.Output[str]
        """The pixel, as digits. Another pixel is another share."""

        agency_business_id: pulumi.Output[str]
        """The business that receives the pixel, as digits. Another agency is another share."""

        permitted_tasks: pulumi.Output[Sequence[str]]
        """What is declared; see `granted_tasks` for what stands."""

        status: pulumi.Output[str]
        """A `ShareStatus`."""

        granted_tasks: pulumi.Output[Sequence[str]]
        """What Meta shows the agency may do; empty while it may do nothing."""

        pending_request_id: pulumi.Output[str]
        """The sharing request to accept, or the one that was declined; empty without one."""

        agency_name: pulumi.Output[str]
        """The agency's name, as far as Meta tells it."""

        expires_on: pulumi.Output[str | None]
        """When the access should end; for policy, review and reports, Meta does not know it."""

        reason: pulumi.Output[str | None]
        """Why the agency has access; for policy, review and reports."""

    def __init__(
        self,
        resource_name: str,
        *,
        pixel_id: pulumi.Input[str | int],
        agency_business_id: pulumi.Input[str | int],
        permitted_tasks: pulumi.Input[Sequence[pulumi.Input[Task | str]]],
        on_existing: pulumi.Input[OnExisting | str] | None = OnExisting.FAIL,
        resend: pulumi.Input[str | int] | None = None,
        allow_reshare: pulumi.Input[bool] | None = None,
        expires_on: pulumi.Input[str | date] | None = None,
        reason: pulumi.Input[str] | None = None,
        credentials: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declares a share.

        :param pixel_id: The pixel to share; the token's business must own it.
        :param agency_business_id: The business that receives it.
        :param permitted_tasks: What the agency may do, in any order; at least one `Task`.
        :param on_existing: What to do where the agency has the pixel for other tasks already:
            `fail` (default) or `overwrite`. Equal tasks are adopted either way.
        :param resend: Any text; changing it asks an agency again that declined.
        :param allow_reshare: Lets an update unshare the pixel and share it again to revoke a task
            that Meta keeps returning. Costs the ad account permissions on the share and, without a
            relationship, the access until the agency accepts again.
        :param expires_on: A date, or `YYYY-MM-DD`, for policy, review and reports. Of a `datetime`
            it is the date that is written in it, in whatever time zone.
        :param reason: Why, for policy, review and reports.
        :param credentials: The name of a credential set in `metapixel:credentials`.
        """
        super().__init__(
            PixelAgencyShareProvider(),
            resource_name,
            {
                "pixel_id": pixel_id,
                "agency_business_id": agency_business_id,
                "permitted_tasks": permitted_tasks,
                "on_existing": on_existing,
                "resend": resend,
                "allow_reshare": allow_reshare,
                "expires_on": day(expires_on),
                "reason": reason,
                "credentials": credentials,
            },
            _OUTPUTS,
            PIXEL.key,
            opts,
        )

    @staticmethod
    def get(
        resource_name: str,
        id: str,  # noqa: A002 - Pulumi's own name for it
        credentials: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> PixelAgencyShare:
        """Reads a share that exists, by its id `PIXEL/AGENCY`, without managing it."""
        pixel_id, agency_business_id = parts(id, 2)
        return PixelAgencyShare(
            resource_name,
            pixel_id=pixel_id,
            agency_business_id=agency_business_id,
            permitted_tasks=[],
            credentials=credentials,
            opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id)),
        )
