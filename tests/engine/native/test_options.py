"""Pulumi's resource options on native resources."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.support.example import NORTHLIGHT, PIXEL, PIXEL_2
from tests.support.stack import Stack
from tests.support.yaml_programs import program, share

pytestmark = [pytest.mark.engine, pytest.mark.rest]

SHARED = {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}


def declared(*tasks: str, name: str = "web", pixel: str = PIXEL, **options: object) -> str:
    return program(share(name, pixel, NORTHLIGHT, *tasks, options=options))


@pytest.fixture
def made(stack: Callable[..., Stack]) -> Stack:
    """A stack with an active share."""
    made = stack(declared(), in_yaml=True)
    made.up()
    return made


def test_a_change_that_is_ignored_makes_no_call(made: Stack, sim: Simulator) -> None:
    sim.clear_requests()

    made.write(declared("UPLOAD", ignoreChanges=["permittedTasks"]))
    made.up("--expect-no-changes")

    assert sim.requests == []


def test_a_replacement_because_of_changed_tasks_narrows_the_share(
    made: Stack, sim: Simulator
) -> None:
    """`ADVERTISE` is the task that a creation would keep, because `ANALYZE` includes it."""
    made.write(declared("ANALYZE", "ADVERTISE"))
    made.up()

    made.write(declared(replaceOnChanges=["permittedTasks"]))
    made.up()

    assert sim.shares() == SHARED
    assert sim.count("DELETE agencies") == 0
    made.expect_no_changes()


@pytest.mark.parametrize("first", [True, False])
def test_another_pixel_replaces_a_share_in_both_orders(
    made: Stack, sim: Simulator, first: bool
) -> None:
    made.write(declared(pixel=PIXEL_2, deleteBeforeReplace=first))
    sim.clear_requests()

    previewed = made.preview()
    made.up()

    assert f'~ pixelId: "{PIXEL}" => "{PIXEL_2}"' in previewed.output
    assert "+-1 to replace" in previewed.output
    written = [each.method for each in sim.requests if "agencies" in each.endpoint]
    assert [each for each in written if each != "GET"] == (
        ["DELETE", "POST"] if first else ["POST", "DELETE"]
    )
    assert sim.shares() == {(PIXEL_2, NORTHLIGHT): frozenset({"ANALYZE"})}
