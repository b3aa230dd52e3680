"""Two records of one share in a state: the declared tasks win, whichever was written last."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.support.example import HARBOUR, NORTHLIGHT, PIXEL, PIXEL_2
from tests.support.programs import program, share
from tests.support.stack import Stack

pytestmark = pytest.mark.engine


def test_a_swap_that_failed_half_way_and_was_reverted_leaves_the_tasks_of_the_program(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    first = program(
        share("one", PIXEL, NORTHLIGHT, "ANALYZE", "ADVERTISE"),
        share("two", PIXEL, HARBOUR, "UPLOAD"),
    )
    made = stack(first)
    made.up()
    made.write(
        program(
            share("one", PIXEL, HARBOUR, "ANALYZE", "ADVERTISE"),
            share("two", PIXEL, NORTHLIGHT, "UPLOAD"),
        )
    )
    made.up("--continue-on-error", ok=False)
    (request,) = sim.open_requests()
    assert request.pixels == {PIXEL: ("ANALYZE", "ADVERTISE")}

    made.write(first)
    made.up()

    (request,) = sim.open_requests()
    assert request.pixels == {PIXEL: ("UPLOAD",)}
    made.expect_no_changes()


def test_a_request_for_other_pixels_too_does_not_hold_up_the_removal_of_both_records(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    other = share("other", PIXEL_2, HARBOUR)
    made = stack(
        program(
            other,
            share("one", PIXEL, NORTHLIGHT, "ANALYZE", "ADVERTISE"),
            share("two", PIXEL, HARBOUR, "UPLOAD"),
        )
    )
    made.up()
    made.write(
        program(
            other,
            share("one", PIXEL, HARBOUR, "ANALYZE", "ADVERTISE"),
            share("two", PIXEL, NORTHLIGHT, "UPLOAD"),
        )
    )
    made.up("--continue-on-error", ok=False)

    made.write(program(other))
    made.up()

    assert set(made.resources()) == {"other"}
    (request,) = sim.open_requests()
    assert set(request.pixels) == {PIXEL_2}
    assert sim.shares() == {}


def test_a_share_made_by_hand_beside_its_open_request_becomes_what_is_declared(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(
        program(
            share("one", PIXEL, HARBOUR, "UPLOAD"),
            share("two", PIXEL_2, HARBOUR, "ANALYZE"),
        )
    )
    made.up()
    sim.share(PIXEL, HARBOUR, ["UPLOAD", "EDIT"])

    made.up("--refresh")

    assert sim.shares()[PIXEL, HARBOUR] == {"UPLOAD"}
    assert made.resources()["one"]["status"] == "ACTIVE"
