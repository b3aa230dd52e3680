"""An ad account permitted on a pixel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from metapixel_provider.dynamic.pixel_ad_account_permission import PixelAdAccountPermissionProvider
from metapixel_provider.sharing.resource_types import ResourceType
from pulumi_metapixel._ids import parts
from pulumi_metapixel._resource import MetaPixelResource


class PixelAdAccountPermission(
    MetaPixelResource, module="metapixel", name="PixelAdAccountPermission"
):
    """An ad account allowed to advertise with a pixel.

    While its business has not got the pixel yet the permission is `WAITING_FOR_SHARE`; a later
    `pulumi up` goes on from there. Its id is `PIXEL/BUSINESS/ACCOUNT`.

    Source: Meta's guide, step 3.
    """

    if TYPE_CHECKING:
        # Pulumi would evaluate annotations anew for every resource, as slowly as registering it.
        pixel_id: pulumi.Output[str]
        """The pixel, as digits."""

        business_id: pulumi.Output[str]
        """The business that manages the ads and has both pixel and ad account, as digits."""

        ad_account_id: pulumi.Output[str]
        """The ad account, as digits."""

        status: pulumi.Output[str]
        """A `PermissionStatus`."""

    def __init__(
        self,
        resource_name: str,
        *,
        pixel_id: pulumi.Input[str | int],
        business_id: pulumi.Input[str | int],
        ad_account_id: pulumi.Input[str | int],
        credentials: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declares a permission.

        :param pixel_id: The pixel, shared with the business for `ADVERTISE` or `ANALYZE`.
        :param business_id: The business; the token must be one of its admins'.
        :param ad_account_id: The ad account, `act_123` or `123`.
        :param credentials: The name of a credential set in `metapixel:credentials`.
        """
        super().__init__(
            PixelAdAccountPermissionProvider(),
            resource_name,
            {
                "pixel_id": pixel_id,
                "business_id": business_id,
                "ad_account_id": ad_account_id,
                "credentials": credentials,
            },
            ("status",),
            ResourceType.PERMISSION.key,
            opts,
        )

    @staticmethod
    def get(
        resource_name: str,
        id: str,  # noqa: A002 - Pulumi's own name for it
        credentials: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> PixelAdAccountPermission:
        """Reads a permission that exists, by `PIXEL/BUSINESS/ACCOUNT`, without managing it."""
        pixel_id, business_id, ad_account_id = parts(id, 3)
        return PixelAdAccountPermission(
            resource_name,
            pixel_id=pixel_id,
            business_id=business_id,
            ad_account_id=ad_account_id,
            credentials=credentials,
            opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id)),
        )
