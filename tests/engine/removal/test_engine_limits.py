"""Removals that the engine does not hand to the provider, and how to find and end such access."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.support.example import NORTHLIGHT, PIXEL
from tests.support.programs import program, share
from tests.support.stack import Stack

pytestmark = pytest.mark.engine

SHARED = {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}


def test_a_target_that_the_refresh_of_its_command_finds_gone_is_an_error_of_the_engine(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(program(share("one", PIXEL, NORTHLIGHT)))
    made.up()
    urn = made.urn("one")
    sim.unshare(PIXEL, NORTHLIGHT)

    made.write(program())
    refused = made.up("--refresh", "--target", urn, ok=False)

    assert f"Target '{urn}' could not be found in the stack" in refused.output
    assert made.resources() == {}
    assert sim.count(method="DELETE") == 0


FAILING = """
class Failing(pulumi.dynamic.ResourceProvider):
    def create(self, props):
        raise RuntimeError("not one of ours")

class Foreign(pulumi.dynamic.Resource):
    pass

failing = Foreign(Failing(), "failing", {})
"""


def test_a_rename_behind_a_foreign_failure_is_a_removal_with_continue_on_error(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(program(share("old", PIXEL, NORTHLIGHT)))
    made.up()

    new = share("new", PIXEL, NORTHLIGHT, opts="depends_on=[failing]")
    made.write(program("import pulumi.dynamic", FAILING, new))
    failed = made.up("--continue-on-error", ok=False)

    # The engine never shows us the new name, nor that the foreign resource failed.
    assert "not one of ours" in failed.output
    assert made.resources() == {}
    assert sim.shares() == {}

    made.write(program(share("new", PIXEL, NORTHLIGHT)))
    made.up()
    assert sim.shares() == SHARED
