"""Revoked tasks end, or it is an error that Meta keeps them; nothing else ends with them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.support.example import NORTHLIGHT, NORTHLIGHT_ACCOUNT, PIXEL
from tests.support.programs import permission, program, share
from tests.support.stack import Stack
from tests.support.terminal import Terminal, follows

pytestmark = pytest.mark.engine


def declared(*tasks: str) -> str:
    return program(
        share("one", PIXEL, NORTHLIGHT, *tasks),
        permission(
            "account",
            PIXEL,
            NORTHLIGHT,
            NORTHLIGHT_ACCOUNT,
            credentials="northlight",
            opts="depends_on=[one]",
        ),
    )


PERMITTED = {(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)}
ANALYZE = {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}


@follows("pulumi up", after=["although it was revoked before; declare the task"])
def test_tasks_that_meta_keeps_are_unconfirmed_then_an_error_until_the_share_is_declared_anew(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(declared("ANALYZE", "UPLOAD"))
    made.up()
    sim.set(repeat_share="union")

    made.write(declared("ANALYZE"))
    narrowed = made.up()
    assert "Meta accepted the revocation of UPLOAD" in narrowed.output
    assert made.resources()["one"]["status"] == "UNCONFIRMED"

    terminal = Terminal.of(made)
    refused = terminal.type("pulumi up", options=["--refresh"], ok=False)
    assert "Meta still returns UPLOAD" in refused.text
    assert sim.permissions() == PERMITTED
    assert sim.count(method="DELETE") == 0

    made.write(program())
    terminal.type("pulumi up")
    made.write(declared("ANALYZE"))
    terminal.type("pulumi up")
    assert sim.shares() == ANALYZE
    assert made.resources()["one"]["status"] == "ACTIVE"
    assert sim.permissions() == PERMITTED
    made.expect_no_changes()
