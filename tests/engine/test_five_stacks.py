"""Stacks that run at the same time share the rate limit of their app."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from bench import workload
from metapixel_simulator import Simulator
from tests.support.programs import program, share
from tests.support.stack import Stack

pytestmark = pytest.mark.engine

STACKS = 5
AGENCIES = [str(3000000000000000 + number) for number in range(6)]


@pytest.fixture
def sim() -> Iterator[Simulator]:
    """A world whose app has a rate limit, instead of the example's."""
    with Simulator(workload.world(STACKS, agencies=len(AGENCIES))) as simulator:
        simulator.set(rate_limit_calls=30, rate_limit_window=20, rate_limit_penalty=1)
        yield simulator


@pytest.mark.rest
def test_five_stacks_at_once_succeed_and_send_nothing_twice(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    pixels = [str(2000000000000000 + number) for number in range(STACKS)]
    made = [
        stack(
            program(*(share(f"s{agency}", pixel, agency) for agency in AGENCIES)),
            name=f"stack-{pixel}",
            environment={"META_ACCESS_TOKEN": workload.TOKEN},
        )
        for pixel in pixels
    ]

    running = [each.start("up", "--yes", "--skip-preview") for each in made]
    outputs = [process.communicate()[0] for process in running]

    assert [process.returncode for process in running] == [0] * STACKS, "\n".join(outputs)
    written = Counter(
        (entry.pixel, entry.params["business"])
        for entry in sim.requests
        if entry.endpoint == "POST agencies" and entry.status == 200
    )
    assert written == Counter({(pixel, agency): 1 for pixel in pixels for agency in AGENCIES})
    assert sim.count(error_code=80004) > 0
