"""The resource `PixelSharingStandingResponse`."""

from __future__ import annotations

from datetime import date

import pulumi

from metapixel_provider.dynamic.pixel_sharing_standing_response import (
    PixelSharingStandingResponseProvider,
)
from pulumi_metapixel._resource import MetaPixelResource


class PixelSharingStandingResponse(
    MetaPixelResource, provider=PixelSharingStandingResponseProvider
):
    """A standing response: an agency accepts every sharing request of one owner.

    An update finds later requests only after a refresh. An acceptance applies to all assets of a
    request, and from then on the owner can share more without asking. Deleting this resource
    changes nothing at Meta. The resource id is `OWNER/AGENCY`.
    """

    owner_business_id: pulumi.Output[str]
    agency_business_id: pulumi.Output[str]

    status: pulumi.Output[str]
    """The status of the standing response."""

    answered: pulumi.Output[list[str]]
    """The ids of the accepted requests, including those with an unconfirmed answer."""

    answered_on: pulumi.Output[str]
    """The UTC date of the last answer that this resource sent, as `YYYY-MM-DD`. Empty if it has not
    sent an answer."""

    def __init__(
        self,
        resource_name: str,
        *,
        owner_business_id: pulumi.Input[str | int],
        agency_business_id: pulumi.Input[str | int],
        expires_on: pulumi.Input[str | date] | None = None,
        reason: pulumi.Input[str] | None = None,
        credentials: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a standing response.

        :param owner_business_id: The id of the business whose requests are accepted.
        :param agency_business_id: The id of the business that received the requests. The token must
            belong to an admin of this business.
        :param expires_on: The last day in UTC on which requests are accepted, as `YYYY-MM-DD`.

            It can also be a `date`.
        :param reason: The reason for the acceptance, for policies, reviews and reports.
        :param credentials: The name of a credential set. Without a name, the default token is used.
        """
        super().__init__(resource_name, locals(), opts)
