"""The types of our resources are those that programs register and that state holds."""

from __future__ import annotations

import inspect

import pytest

import pulumi_metapixel
from metapixel_provider.sharing.resource_types import ResourceType

#: A promise: stacks in the world hold these types.
TOKENS = {
    ResourceType.SHARE: "pulumi-python:dynamic/metapixel:PixelAgencyShare",
    ResourceType.PERMISSION: "pulumi-python:dynamic/metapixel:PixelAdAccountPermission",
    ResourceType.RESPONSE: "pulumi-python:dynamic/metapixel:PixelSharingRequestResponse",
}


def test_the_types_are_those_in_the_state_of_existing_stacks() -> None:
    assert {member: member.value for member in ResourceType} == TOKENS


@pytest.mark.parametrize("resource_type", ResourceType)
def test_each_type_is_of_a_class_that_takes_its_key(resource_type: ResourceType) -> None:
    resource = getattr(pulumi_metapixel, resource_type.rpartition(":")[2])

    assert f"pulumi-python:{resource._resource_type_name}" == resource_type
    assert set(resource_type.key) <= set(inspect.signature(resource).parameters)
