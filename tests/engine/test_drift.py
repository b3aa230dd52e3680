"""Access that somebody removed at Meta. `tests/histories` change everything else by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.support.example import NORTHLIGHT, PIXEL
from tests.support.programs import program, share
from tests.support.stack import Stack
from tests.support.terminal import Terminal, follows

pytestmark = pytest.mark.engine


@follows("pulumi preview --refresh", "pulumi refresh")
@follows("pulumi up", after=["somebody may have removed it by hand"])
def test_a_share_that_somebody_removed_is_announced_and_shared_again(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(program(share("web", PIXEL, NORTHLIGHT)))
    made.up()
    access, terminal = sim.shares(), Terminal.of(made)
    sim.unshare(PIXEL, NORTHLIGHT)

    seen = terminal.type("pulumi preview --refresh").text
    assert "somebody may have removed it by hand" in seen
    assert "1 to create" in seen
    terminal.type("pulumi refresh")
    assert made.resources() == {}
    terminal.type("pulumi up")

    assert sim.shares() == access
