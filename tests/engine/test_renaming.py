"""What only changes its name, place or order keeps its access all the while."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.support.example import HARBOUR, NORTHLIGHT, NORTHLIGHT_ACCOUNT, PIXEL, PIXEL_3
from tests.support.processes import Kill
from tests.support.programs import permission, program, share
from tests.support.stack import Stack

pytestmark = pytest.mark.engine

STANDING = {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}
PERMITTED = {(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)}


def estate(suffix: str = "", opts: str = "") -> str:
    """A share that stands, one that waits, and a permission on the first."""
    after = ", ".join(filter(None, [f"depends_on=[active{suffix}]", opts]))
    return program(
        share(f"active{suffix}", PIXEL, NORTHLIGHT, opts=opts),
        share(f"waiting{suffix}", PIXEL, HARBOUR, opts=opts),
        permission(
            f"account{suffix}",
            PIXEL,
            NORTHLIGHT,
            NORTHLIGHT_ACCOUNT,
            credentials="northlight",
            opts=after,
        ),
    )


IN_A_COMPONENT = program(
    "class Access(pulumi.ComponentResource):",
    "    def __init__(self, name):",
    "        super().__init__('acme:index:Access', name)",
    *(
        f"        {line}"
        for line in estate("2", opts="parent=self").splitlines()
        if "Pixel" in line
    ),
    "Access('access')",
)


def assert_uninterrupted(sim: Simulator) -> None:
    """Nothing was taken away at any moment, and nobody was asked a second time."""
    assert sim.count(method="DELETE") == 0
    assert sim.shares() == STANDING
    assert sim.permissions() == PERMITTED
    assert len(sim.open_requests()) == 1
    assert len(sim.world.requests) == 1
    assert sim.count("POST agencies", business=NORTHLIGHT) == 1
    assert sim.count("POST shared_accounts") == 1


def test_new_names_and_a_move_into_a_component_interrupt_nothing(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(estate())
    made.up()

    for renamed, options, is_explained in (
        (estate("2"), (), True),
        # The refresh reads the older records, so the run knows that they belong to this stack.
        (IN_A_COMPONENT, ("--refresh",), False),
    ):
        made.write(renamed)
        told = made.up(*options).output
        assert ("expected after a rename without an alias" in told) is is_explained
        assert set(made.resources()) == {"active2", "waiting2", "account2"}
        assert_uninterrupted(sim)
    made.preview("--refresh", "--expect-no-changes")


def test_a_kill_between_the_new_name_and_the_end_of_the_old_one_interrupts_nothing(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(estate())
    made.up()
    # The engine deletes what has no name any more last: a share after the renamed ones is where
    # to kill it, at the first call about that share's pixel.
    late = share("late", PIXEL_3, NORTHLIGHT, opts="depends_on=[account2, waiting2]")
    made.write(estate("2") + late + "\n")
    sim.clear_requests()

    killed = Kill(1, "before", "command", pixel=PIXEL_3).run(made, sim, "up", "--yes", "-f")

    assert killed.code != 0
    assert {"active", "active2", "account", "account2"} <= set(made.resources())
    made.pulumi("cancel", "--yes")
    made.up()
    assert sim.count(method="DELETE") == 0
    assert sim.shares() == STANDING | {(PIXEL_3, NORTHLIGHT): frozenset({"ANALYZE"})}
    assert sim.permissions() == PERMITTED
    assert set(made.resources()) == {"active2", "waiting2", "account2", "late"}
