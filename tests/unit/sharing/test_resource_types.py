"""The engine's names of our types, which the states of stacks contain."""

from __future__ import annotations

import pytest

from metapixel_provider.sharing.resource_types import (
    AGENCY_ACCESS,
    CLIENT_ACCESS,
    ResourceType,
    is_ours,
)

#: A promise: stacks in the world hold these types.
NAMES = {
    ResourceType.SHARE: "PixelAgencyShare",
    ResourceType.PERMISSION: "PixelAdAccountPermission",
    ResourceType.RESPONSE: "PixelSharingRequestResponse",
    ResourceType.STANDING_RESPONSE: "PixelSharingStandingResponse",
}


@pytest.mark.parametrize("type_", ResourceType)
def test_a_type_has_a_name_in_the_dynamic_provider_and_in_the_plugin(type_: ResourceType) -> None:
    name = NAMES[type_]
    tokens = f"pulumi-python:dynamic/metapixel:{name}", f"metapixel:index:{name}"

    assert (type_.dynamic, type_.native) == tokens
    assert {ResourceType.of(token) for token in tokens} == {type_}


@pytest.mark.parametrize(
    "token",
    [
        AGENCY_ACCESS,
        CLIENT_ACCESS,
        "pulumi:providers:metapixel",
        "pulumi-python:dynamic:Resource",
        "metapixelated:index:PixelAgencyShare",
        "PixelAgencyShare",
        "",
    ],
)
def test_components_providers_and_other_packages_are_not_our_resources(token: str) -> None:
    assert not is_ours(token)
    assert ResourceType.of(token) is None
