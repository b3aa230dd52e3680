"""A standing response beside an answer by id, which the engine registers in any order."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from metapixel_simulator.request_log import Entry
from tests.engine.conftest import WITH_BOTH_ADAPTERS
from tests.support.example import HARBOUR, OWNER, PIXEL
from tests.support.programs import Code, program, response, standing_response
from tests.support.stack import Stack

pytestmark = pytest.mark.engine

ACCEPTS = standing_response("accepts", OWNER, HARBOUR)


@WITH_BOTH_ADAPTERS
def test_without_a_preview_a_decline_that_is_registered_later_still_prevents_the_acceptance(
    native: bool, stack: Callable[..., Stack], sim: Simulator
) -> None:
    environment = {"META_ACCESS_TOKEN": "harbour-token"}
    made = stack(program(ACCEPTS), native=native, environment=environment)
    made.up()
    asked = sim.ask(PIXEL, HARBOUR, ["ANALYZE"])
    made.refresh()
    assert made.statuses() == {"accepts": "OPEN"}

    def hold_back(entry: Entry, phase: str) -> None:
        if phase == "before":
            time.sleep(1)

    later = Code(f"pulumi.Output.from_input(asyncio.sleep(0.5, '{asked}'))")
    made.write(program("import asyncio", ACCEPTS, response("declines", later, "DECLINE")))
    sim.on_request = hold_back
    run = made.up(ok=False)
    sim.on_request = None

    assert run.lines_with(f"the program declines sharing request {asked}, and also has a")
    assert [each.id for each in sim.open_requests()] == [asked]
    assert made.statuses() == {"accepts": "OPEN"}

    made.write(program(ACCEPTS))
    made.up()
    assert made.statuses() == {"accepts": "ANSWERED"}
