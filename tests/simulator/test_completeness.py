"""A fault kind, an endpoint or a switch without its handler fails before the first call."""

import ast
from dataclasses import dataclass, fields
from pathlib import Path

import pytest

import metapixel_simulator
from metapixel_simulator import Switches
from metapixel_simulator.endpoints import Context
from metapixel_simulator.faults import KINDS, Fault
from metapixel_simulator.routes import ROUTES
from metapixel_simulator.switches import rules_of


def test_a_fault_kind_without_an_effect_cannot_be_injected(monkeypatch: pytest.MonkeyPatch) -> None:
    others = {kind: effect for kind, effect in KINDS.items() if kind != "delay"}
    monkeypatch.setattr("metapixel_simulator.faults.KINDS", others)

    with pytest.raises(ValueError, match="there is no fault 'delay'"):
        Fault(kind="delay")


def test_every_endpoint_has_a_route_of_its_own() -> None:
    answers = {each for name, each in vars(Context).items() if callable(each) and name[0] != "_"}

    # The edges of a business share this one.
    answers.remove(Context.business_edge)
    assert {route.answer for route in ROUTES} >= answers
    assert len({(route.method, route.kind, route.edge) for route in ROUTES}) == len(ROUTES)


def test_a_switch_without_a_rule_is_refused() -> None:
    @dataclass
    class More(Switches):
        colour: str = "red"

    with pytest.raises(TypeError, match="switch colour needs a rule"):
        rules_of(More)


def test_every_switch_is_read_by_the_simulator() -> None:
    package = Path(metapixel_simulator.__file__).parent
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in package.glob("*.py")]
    read = {
        node.attr for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute)
    }

    assert {each.name for each in fields(Switches)} <= read
