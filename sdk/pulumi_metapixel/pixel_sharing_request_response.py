"""The recipient's answer to a sharing request."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import pulumi

from metapixel_provider.dynamic.pixel_sharing_request_response import (
    PixelSharingRequestResponseProvider,
)
from pulumi_metapixel._ids import parts
from pulumi_metapixel._resource import MetaPixelResource


class RequestResponse(StrEnum):
    """What a recipient can answer."""

    APPROVE = "APPROVE"
    DECLINE = "DECLINE"


class PixelSharingRequestResponse(
    MetaPixelResource, module="metapixel", name="PixelSharingRequestResponse"
):
    """A sharing request approved or declined, with a token of the business that received it.

    An answer cannot be taken back: deleting this resource changes nothing at Meta. Where the share
    needed no acceptance `request_id` is empty and the status `NOT_NEEDED`. Its id is the request's.

    Source: Meta's guide, step 2.
    """

    if TYPE_CHECKING:
        # Pulumi would evaluate annotations anew for every resource, as slowly as registering it.
        request_id: pulumi.Output[str]
        """The request, as digits."""

        request_status: pulumi.Output[str]
        """The answer that is declared."""

        status: pulumi.Output[str]
        """What Meta shows: `APPROVE`, `DECLINE` or another status of the request."""

    def __init__(
        self,
        resource_name: str,
        *,
        request_id: pulumi.Input[str | int],
        request_status: pulumi.Input[RequestResponse | str],
        owner_business_id: pulumi.Input[str | int] | None = None,
        credentials: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declares an answer.

        :param request_id: The request, as a share's `pending_request_id` gives it.
        :param request_status: `APPROVE` or `DECLINE`.
        :param owner_business_id: The business the request is expected from; a request from
            another one is not answered.
        :param credentials: The name of a credential set in `metapixel:credentials`.
        """
        super().__init__(
            PixelSharingRequestResponseProvider(),
            resource_name,
            {
                "request_id": request_id,
                "request_status": request_status,
                "owner_business_id": owner_business_id,
                "credentials": credentials,
            },
            ("status",),
            # Several pixels may wait on one request, each with its answer: the second is adopted.
            (),
            opts,
        )

    @staticmethod
    def get(
        resource_name: str,
        id: str,  # noqa: A002 - Pulumi's own name for it
        credentials: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> PixelSharingRequestResponse:
        """Reads how a request was answered, by its id, without managing it."""
        return PixelSharingRequestResponse(
            resource_name,
            request_id=parts(id, 1)[0],
            request_status=RequestResponse.APPROVE,
            credentials=credentials,
            opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id)),
        )
