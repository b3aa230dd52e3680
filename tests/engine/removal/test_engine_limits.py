"""Removals that the engine does not hand to the provider, and how to find and end such access."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.support.example import NORTHLIGHT, PIXEL
from tests.support.processes import Kill
from tests.support.programs import program, share
from tests.support.stack import Stack

pytestmark = pytest.mark.engine

UP = ("up", "--yes", "--skip-preview")
SHARED = {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}


def pending_operations(stack: Stack) -> list[tuple[str, object]]:
    """What the engine calls pending, by URN, with the inputs it was for."""
    found = json.loads(stack.export())["deployment"].get("pending_operations", [])
    return [(each["resource"]["urn"], each["resource"]["inputs"]) for each in found]


def test_a_killed_create_that_is_taken_out_leaves_a_pending_operation_and_the_share(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    declared = program(share("one", PIXEL, NORTHLIGHT))
    made = stack(declared)
    Kill(1, "after", "command", endpoint="POST agencies").run(made, sim, *UP)
    made.pulumi("cancel", "--yes")
    assert sim.shares() == SHARED

    made.write(program())
    for command in (UP, ("destroy", "--yes", "--skip-preview")):
        ended = made.pulumi(*command).output
        assert "with 1 pending operations from previous deployment" in ended
        assert "PixelAgencyShare::one, interrupted while creating" in ended
    made.refresh()

    # The provider was never called for it, and the state still names what may exist.
    assert sim.count(method="DELETE") == 0
    assert sim.shares() == SHARED
    ((urn, inputs),) = pending_operations(made)
    assert urn.endswith("PixelAgencyShare::one")
    assert isinstance(inputs, dict)
    assert (inputs["pixel_id"], inputs["agency_business_id"]) == (PIXEL, NORTHLIGHT)

    # Declared once more it is adopted, and then it can be removed like any other.
    made.write(declared)
    made.up()
    assert sim.count("POST agencies") == 1
    made.write(program())
    made.up()
    assert sim.shares() == {}
    assert sim.count("DELETE agencies") == 1
    made.refresh("--clear-pending-creates")
    assert pending_operations(made) == []


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
