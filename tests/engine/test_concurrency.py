"""How many calls are on their way at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from bench import workload
from metapixel_simulator import Simulator
from metapixel_simulator.request_log import Entry
from tests.support.stack import Stack

pytestmark = pytest.mark.engine

WRITES = 16


@pytest.fixture
def sim() -> Iterator[Simulator]:
    """A world whose shares stand at once, instead of the example's."""
    with Simulator(workload.world(2)) as simulator:
        yield simulator


class _InFlight:
    """The most writes that were under way at the same time."""

    def __init__(self) -> None:
        self.now = self.most = 0
        self._lock = threading.Lock()

    def __call__(self, entry: Entry, phase: str) -> None:
        if entry.endpoint != "POST agencies" or phase != "before":
            return
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(0.4)
        with self._lock:
            self.now -= 1


@pytest.mark.parametrize(("parallel", "least", "most"), [(16, 8, 16), (2, 1, 2)])
def test_the_users_parallel_bounds_the_calls_at_once_and_not_the_plugins_pool(
    parallel: int, least: int, most: int, stack: Callable[..., Stack], sim: Simulator
) -> None:
    project = stack(workload.shares(WRITES), environment={"META_ACCESS_TOKEN": workload.TOKEN})
    in_flight = _InFlight()
    sim.on_request = in_flight

    project.up("--parallel", str(parallel))

    assert least <= in_flight.most <= most
