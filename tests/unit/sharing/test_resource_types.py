"""The types of our resources are those that programs register and that state holds."""

from __future__ import annotations

from metapixel_provider.sharing.resource_types import ResourceType

#: A promise: stacks in the world hold these types.
TOKENS = {
    ResourceType.SHARE: "pulumi-python:dynamic/metapixel:PixelAgencyShare",
    ResourceType.PERMISSION: "pulumi-python:dynamic/metapixel:PixelAdAccountPermission",
    ResourceType.RESPONSE: "pulumi-python:dynamic/metapixel:PixelSharingRequestResponse",
    ResourceType.STANDING_RESPONSE: (
        "pulumi-python:dynamic/metapixel:PixelSharingStandingResponse"
    ),
}


def test_the_types_are_those_in_the_state_of_existing_stacks() -> None:
    assert {member: member.value for member in ResourceType} == TOKENS
