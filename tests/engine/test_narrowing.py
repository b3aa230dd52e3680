"""Revoked tasks end, or it is an error that Meta keeps them; nothing else ends with them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.support.example import NORTHLIGHT, PIXEL
from tests.support.programs import program, share
from tests.support.stack import Stack
from tests.support.terminal import Terminal, follows

pytestmark = pytest.mark.engine


@follows("pulumi up", after=["although it was revoked before; declare the task"])
def test_tasks_that_meta_keeps_are_unconfirmed_then_an_error_until_the_share_is_declared_anew(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    narrow = program(share("one", PIXEL, NORTHLIGHT))
    made = stack(program(share("one", PIXEL, NORTHLIGHT, "ANALYZE", "UPLOAD")))
    made.up()
    sim.set(repeat_share="union")

    made.write(narrow)
    assert "Meta accepted the revocation of UPLOAD" in made.up().output
    assert made.resources()["one"]["status"] == "UNCONFIRMED"

    terminal = Terminal.of(made)
    refused = terminal.type("pulumi up", options=["--refresh"], ok=False)
    assert "Meta still returns UPLOAD" in refused.text
    assert sim.count(method="DELETE") == 0

    made.write(program())
    terminal.type("pulumi up")
    made.write(narrow)
    terminal.type("pulumi up")
    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}
    assert made.resources()["one"]["status"] == "ACTIVE"
