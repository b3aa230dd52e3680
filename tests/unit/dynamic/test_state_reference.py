"""What a resource's state holds of its provider: where it is, never its code."""

from __future__ import annotations

import base64
import pickletools
from importlib import import_module

import pytest
from pulumi.dynamic.dynamic import serialize_provider

#: A promise: stacks in the world hold these paths.
PATHS = {
    "pixel_agency_share": "PixelAgencyShareProvider",
    "pixel_ad_account_permission": "PixelAdAccountPermissionProvider",
    "pixel_sharing_request_response": "PixelSharingRequestResponseProvider",
    "pixel_sharing_standing_response": "PixelSharingStandingResponseProvider",
}


@pytest.mark.parametrize(("module", "name"), PATHS.items())
def test_state_holds_the_path_of_the_provider_alone(module: str, name: str) -> None:
    provider = getattr(import_module(f"metapixel_provider.dynamic.{module}"), name)

    reference = base64.b64decode(serialize_provider(provider()))

    texts = [argument for _, argument, _ in pickletools.genops(reference) if argument]

    assert f"metapixel_provider.dynamic.{module}" in texts
    assert name in texts
    assert len(reference) < 140
    assert not provider.serialize_as_secret_always
