"""The classes that a program uses have the inputs and outputs of `sharing/resources.py`.

An editor shows their docstrings, so a docstring begins with the text of the description.
"""

from __future__ import annotations

import ast
import inspect
import re

import pulumi
import pytest

import pulumi_metapixel
from metapixel_provider.sharing.resource_types import ResourceType


@pytest.mark.parametrize("type_", ResourceType)
def test_a_class_has_the_described_inputs_and_outputs_and_their_texts(type_: ResourceType) -> None:
    described = type_.described
    resource = getattr(pulumi_metapixel, described.name)
    assert f"pulumi-python:{resource._resource_type_name}" == type_.dynamic
    words = " ".join((inspect.getdoc(resource) or "").split())
    assert words == f"{described.text} Source: {described.source}."

    _, _, *parameters, opts = inspect.signature(resource.__init__).parameters.values()
    assert [(each.name, each.default is each.empty) for each in parameters] == [
        (each.name, each.required) for each in described.inputs
    ]
    assert opts.name == "opts"
    texts = _parameters(resource)
    for each in described.inputs:
        assert texts[each.name].startswith(each.text)
    outputs = _attributes(resource)
    for output in described.outputs:
        assert outputs.pop(output.name).startswith(output.text)
    assert {*outputs} <= {*texts}


def _parameters(resource: type[pulumi.Resource]) -> dict[str, str]:
    text = inspect.getdoc(resource.__init__) or ""
    return {
        name: " ".join(rest.split())
        for name, rest in re.findall(r":param (\w+): (.*?)(?=\n:param|\Z)", text, re.DOTALL)
    }


def _attributes(resource: type[pulumi.Resource]) -> dict[str, str]:
    """Return the text below each declaration of an output. Editors show it."""
    (declared,) = ast.parse(inspect.getsource(resource)).body
    assert isinstance(declared, ast.ClassDef)
    found = {}
    for at, each in enumerate(declared.body):
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
            text = declared.body[at + 1]
            assert isinstance(text, ast.Expr), ast.unparse(each)
            assert isinstance(text.value, ast.Constant), ast.unparse(each)
            found[each.target.id] = " ".join(str(text.value.value).split())
    return found
