"""A fault kind, an endpoint or a switch without its handler fails before the first call."""

import ast
from pathlib import Path

import metapixel_simulator
from metapixel_simulator import Switches
from metapixel_simulator.endpoints import Context
from metapixel_simulator.routes import ROUTES


def test_every_endpoint_has_a_route_of_its_own() -> None:
    answers = {each for name, each in vars(Context).items() if callable(each) and name[0] != "_"}

    assert {route.answer for route in ROUTES} >= answers
    assert len({(route.method, route.kind, route.edge) for route in ROUTES}) == len(ROUTES)


def test_every_switch_is_read_by_the_simulator() -> None:
    package = Path(metapixel_simulator.__file__).parent
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in package.glob("*.py")]
    read = {
        node.attr for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute)
    }

    assert Switches.model_fields.keys() <= read
