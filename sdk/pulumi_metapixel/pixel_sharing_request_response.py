"""The resource `PixelSharingRequestResponse`."""

from __future__ import annotations

import pulumi

from metapixel_provider.dynamic.pixel_sharing_request_response import (
    PixelSharingRequestResponseProvider,
)
from metapixel_provider.sharing.status import RequestResponse, RequestResponseName
from pulumi_metapixel._resource import MetaPixelResource


class PixelSharingRequestResponse(MetaPixelResource, provider=PixelSharingRequestResponseProvider):
    """An answer to one sharing request, sent with a token of the business that received it.

    An answer cannot be revoked, so deleting this resource changes nothing at Meta. The resource id
    is the id of the request. To accept every request of an owner, declare a
    `PixelSharingStandingResponse`.
    """

    request_id: pulumi.Output[str]
    request_status: pulumi.Output[str]

    status: pulumi.Output[str]
    """The status of the request that Meta returned."""

    def __init__(
        self,
        resource_name: str,
        *,
        request_id: pulumi.Input[str | int],
        request_status: pulumi.Input[RequestResponse | RequestResponseName],
        owner_business_id: pulumi.Input[str | int] | None = None,
        agency_business_id: pulumi.Input[str | int] | None = None,
        credentials: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare an answer.

        :param request_id: The id of the request, for example a share's `pending_request_id`.
        :param request_status: `APPROVE` or `DECLINE`.
        :param owner_business_id: The id of the business that should have sent the request. A
            request from another business is refused and not answered.
        :param agency_business_id: The id of the business that received the request. Required with
            `owner_business_id`, because Meta lists the requests of an owner only for one recipient.
        :param credentials: The name of a credential set. Without a name, the default token is used.
        """
        super().__init__(resource_name, locals(), opts)
