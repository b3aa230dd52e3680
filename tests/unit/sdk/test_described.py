"""The classes that a program uses have the inputs and outputs of `sharing/resource_types.py`.

Each has a text, which the schema and the reference pages repeat.
"""

from __future__ import annotations

import inspect

import pytest

import pulumi_metapixel
from metapixel_plugin.schema import texts_of_inputs, texts_of_outputs
from metapixel_provider.sharing.resource_types import ResourceType


@pytest.mark.parametrize("type_", ResourceType)
def test_a_class_has_the_described_inputs_and_outputs_with_a_text(type_: ResourceType) -> None:
    resource = getattr(pulumi_metapixel, type_)
    described = [each for each in type_.inputs if not each.passed_on]
    inputs = [each.name for each in described]
    outputs = {each.name for each in type_.outputs}

    signature = inspect.signature(resource.__init__).parameters.values()
    _, _, *parameters, opts = [each for each in signature if each.kind is not each.VAR_KEYWORD]
    assert f"pulumi-python:{resource._resource_type_name}" == type_.dynamic
    assert [(each.name, each.default is each.empty) for each in parameters] == [
        (each.name, each.required) for each in described
    ]
    assert opts.name == "opts"
    assert [*texts_of_inputs(resource.__init__)] == inputs
    assert outputs <= {*texts_of_outputs(resource)} <= outputs | {*inputs}
    assert all((*texts_of_inputs(resource.__init__).values(), *texts_of_outputs(resource).values()))
