"""The resource `PixelAgencyShare`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pulumi

from metapixel_provider.dynamic.pixel_agency_share import PixelAgencyShareProvider
from metapixel_provider.sharing.resource_types import AGENCY_ACCESS
from metapixel_provider.sharing.tasks import OnExisting, OnExistingName
from pulumi_metapixel._resource import MetaPixelResource
from pulumi_metapixel._run import current_run
from pulumi_metapixel._values import Tasks, as_day, converted


class PixelAgencyShare(MetaPixelResource, provider=PixelAgencyShareProvider):
    """A share of a pixel with an agency business, for the permitted tasks.

    If the two businesses have no relationship yet, the agency must accept the share first. Until
    then the status is `PENDING`, and an update succeeds with a warning. The resource id is
    `PIXEL/AGENCY`.
    """

    pixel_id: pulumi.Output[str]
    """The id of the pixel. A change replaces the share."""

    agency_business_id: pulumi.Output[str]
    """The id of the business that receives the pixel. A change replaces the share."""

    permitted_tasks: pulumi.Output[Sequence[str]]
    """The tasks that the program declares. `granted_tasks` lists the tasks in effect."""

    status: pulumi.Output[str]
    """The status of the share.

    It is one of `ShareStatus`."""

    granted_tasks: pulumi.Output[Sequence[str]]
    """The tasks that Meta lists for the agency. Empty if the agency has no access."""

    pending_request_id: pulumi.Output[str]
    """The id of the sharing request that is open or was not accepted, or an empty string."""

    requested_on: pulumi.Output[str]
    """The UTC date when the agency was asked to accept, as `YYYY-MM-DD`. Empty if the agency
    did not have to accept, or if the share already existed and was adopted."""

    agency_name: pulumi.Output[str]
    """The name of the agency. Empty if Meta has not returned it."""

    pixel_name: pulumi.Output[str]
    """The name of the pixel. Empty if Meta has not returned it."""

    expires_on: pulumi.Output[str | None]
    """The last day of the access. Not sent to Meta."""

    reason: pulumi.Output[str | None]
    """The reason for the access, for policies and reviews. Not sent to Meta."""

    def __init__(
        self,
        resource_name: str,
        *,
        pixel_id: pulumi.Input[str | int],
        agency_business_id: pulumi.Input[str | int],
        permitted_tasks: Tasks,
        on_existing: pulumi.Input[OnExisting | OnExistingName] | None = None,
        resend: pulumi.Input[str | int] | None = None,
        expires_on: pulumi.Input[str | date] | None = None,
        reason: pulumi.Input[str] | None = None,
        credentials: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a share.

        :param pixel_id: The id of the pixel. The business of the token must own the pixel.
        :param agency_business_id: The id of the business that receives the pixel.
        :param permitted_tasks: A list of at least one task. The order has no effect.

            A set is accepted too.
        :param on_existing: The reaction if the agency already has the pixel when the share is
            created, also after a rename without an alias or a killed run. `adopt` adopts a share
            with the same tasks and refuses other tasks, `overwrite` replaces other tasks, and
            `fail` refuses every existing share.
        :param resend: Any text. A change of this text sends the share again, for example to an
            agency that declined.
        :param expires_on: The last day of the access in UTC, as `YYYY-MM-DD`. After it, the
            provider grants nothing, but only a component or the removal of the share ends the
            access.

            A `date` is accepted too. The time and time zone of a `datetime` are ignored.
        :param reason: The reason for the access, for policies, reviews and reports.
        :param credentials: The name of a credential set. Without a name, the default token is used.
        """
        last_day = converted(expires_on, as_day)
        super().__init__(
            resource_name,
            {
                "pixel_id": pixel_id,
                "agency_business_id": agency_business_id,
                "permitted_tasks": permitted_tasks,
                "on_existing": on_existing,
                "resend": resend,
                "expires_on": last_day,
                "reason": reason,
                "credentials": credentials,
            },
            opts,
        )
        parent = opts.parent if opts else None
        # An `AgencyAccess` stops declaring the share after its last day.
        ends = parent is not None and parent.pulumi_resource_type == AGENCY_ACCESS
        if last_day is not None and not ends:
            calendar = current_run().calendar

            def warn(known: object) -> None:
                if warning := calendar.nothing_ends(resource_name, known):
                    pulumi.log.warn(warning, self)

            converted(last_day, warn)
