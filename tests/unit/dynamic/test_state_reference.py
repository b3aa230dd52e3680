"""What a resource's state holds of its provider: where it is, never its code."""

from __future__ import annotations

import base64
import pickletools

import pytest
from pulumi.dynamic.dynamic import serialize_provider

from metapixel_provider.dynamic.adapter import Adapter
from metapixel_provider.dynamic.pixel_ad_account_permission import PixelAdAccountPermissionProvider
from metapixel_provider.dynamic.pixel_agency_share import PixelAgencyShareProvider
from metapixel_provider.dynamic.pixel_sharing_request_response import (
    PixelSharingRequestResponseProvider,
)
from metapixel_provider.dynamic.pixel_sharing_standing_response import (
    PixelSharingStandingResponseProvider,
)

#: A promise: stacks in the world hold these paths.
PATHS = {
    PixelAgencyShareProvider: "pixel_agency_share",
    PixelAdAccountPermissionProvider: "pixel_ad_account_permission",
    PixelSharingRequestResponseProvider: "pixel_sharing_request_response",
    PixelSharingStandingResponseProvider: "pixel_sharing_standing_response",
}


@pytest.mark.parametrize(("provider", "module"), PATHS.items())
def test_state_holds_the_path_of_the_provider_alone(provider: type[Adapter], module: str) -> None:
    reference = base64.b64decode(serialize_provider(provider()))

    texts = [argument for _, argument, _ in pickletools.genops(reference) if argument]

    assert f"metapixel_provider.dynamic.{module}" in texts
    assert provider.__name__ in texts
    assert len(reference) < 140
    assert not provider.serialize_as_secret_always
