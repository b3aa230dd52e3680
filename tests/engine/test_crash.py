"""Commands that are killed or interrupted. `tests/histories` kill them at every call."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.engine.conftest import WITH_BOTH_ADAPTERS
from tests.support.example import NORTHLIGHT, PIXEL
from tests.support.processes import Kill, wait_for
from tests.support.programs import program, share
from tests.support.stack import Stack

pytestmark = pytest.mark.engine

UP = ("up", "--yes", "--skip-preview")


@WITH_BOTH_ADAPTERS
def test_what_waits_when_the_engine_alone_is_killed_is_never_sent(
    native: bool, stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(program(share("active", PIXEL, NORTHLIGHT)), native=native)
    sim.fault("POST agencies", kind="rate_limit")  # the plugin waits for a minute

    kill = Kill(4, "before", "engine")
    kill.run(made, sim, *UP)

    assert kill.plugins
    assert sim.count("POST agencies") == 1
    wait_for(kill.plugins)
    made.pulumi("cancel", "--yes")
    made.up()
    assert sim.count("POST agencies") == 2


@WITH_BOTH_ADAPTERS
def test_an_interruption_ends_the_wait_for_a_rate_limit(
    native: bool, stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(program(share("web", PIXEL, NORTHLIGHT)), native=native)
    made.up()
    sim.fault("GET agencies", kind="rate_limit", seconds=200)

    began = time.monotonic()
    interruption = Kill(1, "before", "engine", "GET agencies", signal.SIGINT)
    interrupted = interruption.run(made, sim, "refresh", "--yes", "--skip-preview")

    assert "the run was cancelled" in interrupted.output
    assert time.monotonic() - began < 60
    assert made.statuses() == {"web": "ACTIVE"}
