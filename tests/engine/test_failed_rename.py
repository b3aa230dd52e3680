"""A rename whose creation fails leaves nothing behind that no state knows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.support.example import NORTHLIGHT, PIXEL
from tests.support.programs import program, share
from tests.support.stack import Stack

pytestmark = pytest.mark.engine


def test_a_share_whose_new_name_fails_stays_in_the_state(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(program(share("old", PIXEL, NORTHLIGHT)))
    made.up()

    made.write(program(share("new", PIXEL, NORTHLIGHT, "ANALYZE", "UPLOAD")))
    refused = made.up("--continue-on-error", ok=False)

    assert "is already shared with agency" in refused.output
    assert "was not deleted" in refused.output
    assert set(made.resources()) == {"old"}
    made.destroy()
    assert sim.shares() == {}


def test_a_replacement_that_deletes_first_changes_the_tasks_and_interrupts_nothing(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    first = {"opts": "delete_before_replace=True"}
    made = stack(program(share("one", PIXEL, NORTHLIGHT, **first)))
    made.up()

    made.write(program(share("one", PIXEL, NORTHLIGHT, "ANALYZE", "UPLOAD", **first)))
    made.up("--replace", made.urn("one"))

    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE", "UPLOAD"})}
    assert made.resources()["one"]["status"] == "ACTIVE"
    assert sim.count("DELETE agencies") == 0
