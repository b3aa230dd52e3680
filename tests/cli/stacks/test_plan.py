"""Reading the plan of a preview."""

from __future__ import annotations

import json

import pytest

from metapixel_cli.stacks.engine import UNKNOWN
from metapixel_cli.stacks.errors import StackError
from metapixel_cli.stacks.plan import read_plan

URN = "urn:pulumi:prod::shop::pulumi-python:dynamic/metapixel:PixelAgencyShare::one"


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"resourcePlans": {"a": {}}}', b"\xff"])
def test_a_plan_of_another_form_is_an_error(data: bytes) -> None:
    with pytest.raises(StackError, match="plan of the preview is not readable"):
        read_plan(data)


def test_a_resource_that_the_program_no_longer_declares_has_only_its_step() -> None:
    data = {"resourcePlans": {URN: {"steps": ["delete"], "state": None}}}

    (found,) = read_plan(json.dumps(data).encode()).values()

    assert (found.urn, found.steps, found.is_new) == (URN, ("delete",), False)


def test_a_new_resource_has_its_checked_inputs_and_the_names_of_unknown_ones() -> None:
    goal = {"type": "a:b:C", "custom": True, "parent": "p", "inputDiff": {"adds": {"tasks": "x"}}}
    state = {"tasks": ["X", UNKNOWN], "reason": "Contract"}
    data = {"resourcePlans": {URN: {"goal": goal, "steps": ["create"], "state": state}}}

    (found,) = read_plan(json.dumps(data).encode()).values()

    assert (found.type, found.custom, found.parent, found.is_new) == ("a:b:C", True, "p", True)
    assert (found.declared, found.inputs) == ({"tasks": "x"}, state)
    assert found.unknown_inputs == ("tasks",)


def test_a_new_resource_of_the_native_plugin_has_no_outputs() -> None:
    goal = {"type": "metapixel:index:PixelAgencyShare", "custom": True}
    state = {"pixelId": "11", "grantedTasks": UNKNOWN, "status": UNKNOWN}
    data = {"resourcePlans": {URN: {"goal": goal, "steps": ["create"], "state": state}}}

    (found,) = read_plan(json.dumps(data).encode()).values()

    assert found.inputs == {"pixelId": "11"}
