"""How many calls a command makes, and how many are on their way at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from bench import workload
from metapixel_simulator import Simulator
from tests.support.in_flight import InFlight
from tests.support.stack import Stack

pytestmark = pytest.mark.engine

WRITES = 16
PIXELS = 2
SHARES = PIXELS * workload.AGENCIES_PER_PIXEL


@pytest.fixture
def sim() -> Iterator[Simulator]:
    """A world whose shares stand at once, instead of the example's."""
    with Simulator(workload.world(PIXELS)) as simulator:
        yield simulator


def test_the_users_parallel_bounds_the_calls_at_once(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    project = stack(workload.shares(WRITES), environment={"META_ACCESS_TOKEN": workload.TOKEN})
    sim.on_request = in_flight = InFlight("POST agencies")

    project.up("--parallel", "2")

    assert 1 <= in_flight.most <= 2


def test_the_shares_of_a_pixel_share_their_reads(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    environment = {"META_ACCESS_TOKEN": workload.TOKEN, "PULUMI_SKIP_CHECKPOINTS": "1"}
    project = stack(workload.shares(SHARES), environment=environment)

    def calls_of(*command: str) -> tuple[int, int]:
        """Run a command. Return its writes for each share, and its reads for each pixel."""
        sim.clear_requests()
        project.pulumi(*command, "--parallel", "200", ok=True)
        entries = [entry for entry in sim.requests if entry.endpoint != "POST batch"]
        reads = sum(entry.method == "GET" for entry in entries)
        return (len(entries) - reads) // SHARES, reads // PIXELS

    writes, reads = calls_of("up", "--yes", "--skip-preview")
    # The pixel, the list that proves the absence of the agencies, and a read that confirms each
    # batch of writes. On a busy machine, the writes of a pixel leave in several batches.
    assert (writes, reads) == (1, min(reads, workload.AGENCIES_PER_PIXEL // 2))
    assert calls_of("preview") == (0, 0)
    assert calls_of("refresh", "--yes", "--skip-preview") == (0, 1)
    writes, reads = calls_of("destroy", "--yes", "--skip-preview")
    assert (writes, reads) == (1, min(reads, workload.AGENCIES_PER_PIXEL // 2))
