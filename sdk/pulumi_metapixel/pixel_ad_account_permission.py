"""The resource `PixelAdAccountPermission`."""

from __future__ import annotations

import pulumi

from metapixel_provider.dynamic.pixel_ad_account_permission import PixelAdAccountPermissionProvider
from pulumi_metapixel._resource import MetaPixelResource


class PixelAdAccountPermission(MetaPixelResource, provider=PixelAdAccountPermissionProvider):
    """A permission for an ad account to advertise with a pixel.

    If the business of the ad account does not have access to the pixel yet, the status is
    `WAITING_FOR_SHARE`, and a later update adds the permission. The resource id is
    `PIXEL/BUSINESS/ACCOUNT`.
    """

    pixel_id: pulumi.Output[str]
    business_id: pulumi.Output[str]
    ad_account_id: pulumi.Output[str]

    status: pulumi.Output[str]
    """The status of the permission.

    It is one of `PermissionStatus`."""

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
        """Declare a permission.

        :param pixel_id: The id of the pixel. The business must own it, or have a share of it with
            `ADVERTISE` or `ANALYZE`.
        :param business_id: The id of the business. The token must belong to an admin of this
            business.
        :param ad_account_id: The id of the ad account, as `act_123` or `123`.
        :param credentials: The name of a credential set. Without a name, the default token is used.
        """
        super().__init__(resource_name, locals(), opts)
