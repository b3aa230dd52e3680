"""What changes outside shows as what it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.engine.conftest import WITH_BOTH_ADAPTERS
from tests.support.example import HARBOUR, NORTHLIGHT, NORTHLIGHT_ACCOUNT, PIXEL, PIXEL_2, PIXEL_3
from tests.support.programs import permission, program, share
from tests.support.stack import Stack
from tests.support.terminal import Terminal, follows

pytestmark = pytest.mark.engine


ESTATE = program(
    share("changed", PIXEL, NORTHLIGHT),
    share("removed", PIXEL_2, NORTHLIGHT),
    share("answered", PIXEL_3, HARBOUR),
    permission(
        "account",
        PIXEL,
        NORTHLIGHT,
        NORTHLIGHT_ACCOUNT,
        credentials="northlight",
        opts="depends_on=[changed]",
    ),
)


def change_everything(sim: Simulator) -> None:
    """What a person may do by hand in Business Settings."""
    sim.share(PIXEL, NORTHLIGHT, ["ANALYZE", "UPLOAD"])
    sim.unshare(PIXEL_2, NORTHLIGHT)
    sim.answer(sim.open_requests()[0].id, "APPROVE")
    sim.withdraw(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)


@WITH_BOTH_ADAPTERS
@follows("pulumi preview --refresh", "pulumi refresh", "pulumi up --refresh", "pulumi up")
@follows("pulumi up", after=["somebody may have removed it by hand"])
def test_drift_shows_in_a_refresh_and_up_puts_it_back(
    native: bool, stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(ESTATE, native=native)
    made.up()
    terminal = Terminal.of(made)
    change_everything(sim)

    seen = terminal.type("pulumi preview --refresh")
    if native:  # The dynamic provider tells the engine no difference by property.
        assert "[diff: ~permittedTasks]" in seen.text
    assert "somebody may have removed it by hand" in seen.text
    assert "1 to update" in seen.text
    assert "2 to create" in seen.text
    assert set(made.resources()) == {"changed", "removed", "answered", "account"}

    terminal.type("pulumi refresh")
    found = made.resources()
    assert set(found) == {"changed", "answered"}
    assert found["changed"]["granted_tasks"] == ["ANALYZE", "UPLOAD"]
    assert found["answered"]["status"] == "ACTIVE"
    terminal.type("pulumi up")
    analyze = frozenset({"ANALYZE"})
    pairs = ((PIXEL, NORTHLIGHT), (PIXEL_2, NORTHLIGHT), (PIXEL_3, HARBOUR))
    assert sim.shares() == dict.fromkeys(pairs, analyze)
    sim.unshare(PIXEL_2, NORTHLIGHT)
    terminal.type("pulumi up --refresh")
    assert sim.shares() == dict.fromkeys(pairs, analyze)
    assert sim.permissions() == {(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)}
    made.preview("--refresh", "--expect-no-changes")
