"""How many calls are on their way at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from bench import workload
from metapixel_simulator import Simulator
from tests.support.in_flight import InFlight
from tests.support.stack import Stack

pytestmark = pytest.mark.engine

WRITES = 16


@pytest.fixture
def sim() -> Iterator[Simulator]:
    """A world whose shares stand at once, instead of the example's."""
    with Simulator(workload.world(2)) as simulator:
        yield simulator


@pytest.mark.parametrize(("parallel", "least", "most"), [(16, 8, 16), (2, 1, 2)])
def test_the_users_parallel_bounds_the_calls_at_once_and_not_the_plugins_pool(
    parallel: int, least: int, most: int, stack: Callable[..., Stack], sim: Simulator
) -> None:
    project = stack(workload.shares(WRITES), environment={"META_ACCESS_TOKEN": workload.TOKEN})
    sim.on_request = in_flight = InFlight("POST agencies")

    project.up("--parallel", str(parallel))

    assert least <= in_flight.most <= most
