"""The resource `PixelAgencyShare`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Never

import pulumi

from metapixel_provider.dynamic import pixel_agency_share as dynamic
from metapixel_provider.sharing.days import NO_LAST_DAY
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.tasks import OnExisting, OnExistingName
from pulumi_metapixel._resource import MetaPixelResource
from pulumi_metapixel._values import Tasks


class PixelAgencyShare(MetaPixelResource, provider=dynamic.ShareAloneProvider):
    """A share of a pixel with an agency business, for the permitted tasks.

    Only a share in `AgencyAccess` can have a last day.

    If the two businesses have no relationship yet, the agency must accept the share first. Until
    then the status is `PENDING`, and an update succeeds with a warning. The resource id is
    `PIXEL/AGENCY`.
    """

    pixel_id: pulumi.Output[str]
    agency_business_id: pulumi.Output[str]
    permitted_tasks: pulumi.Output[Sequence[str]]
    reason: pulumi.Output[str | None]

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

    def __init__(
        self,
        resource_name: str,
        *,
        pixel_id: pulumi.Input[str | int],
        agency_business_id: pulumi.Input[str | int],
        permitted_tasks: Tasks,
        on_existing: pulumi.Input[OnExisting | OnExistingName] | None = None,
        resend: pulumi.Input[str | int] | None = None,
        reason: pulumi.Input[str] | None = None,
        credentials: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **unknown: Never,  # Type checkers refuse these arguments.
    ) -> None:
        """Declare a share.

        Raises pulumi.RunError if the program passes a last day, which belongs to `AgencyAccess`.

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
        :param reason: The reason for the access, for policies, reviews and reports.
        :param credentials: The name of a credential set. Without a name, the default token is used.
        """
        if "expires_on" in unknown:
            raise pulumi.RunError(f"{ResourceType.SHARE} '{resource_name}': {NO_LAST_DAY}")
        for name in unknown:
            raise TypeError(f"{ResourceType.SHARE} got an unexpected keyword argument '{name}'")
        # Of the local variables, only those with the name of an input are used.
        super().__init__(resource_name, locals(), opts)


class ShareWithLastDay(PixelAgencyShare, provider=dynamic.PixelAgencyShareProvider):
    """A share in `AgencyAccess`, which passes the last day on to the state."""

    __init__ = MetaPixelResource.__init__
