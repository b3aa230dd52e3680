"""Reads that several resources share."""

from __future__ import annotations

import math
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from metapixel_provider.errors import (
    Fault,
    GraphError,
    InvalidParameterError,
    OutcomeUnknownError,
)
from metapixel_provider.graph.calls import Call, Response
from metapixel_provider.graph.reads import SharedReads
from metapixel_provider.graph.send_queue import LONGEST_WAIT, SendQueue

PIXEL = Call("GET", "1")


class Graph:
    """Counts what is fetched; `before` runs in each fetch."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.before: Callable[[], None] = lambda: None
        self.failing = 0
        self.version = 0

    def fetch(self, calls: Sequence[Call]) -> list[Response]:
        self.batches.append([call.path for call in calls])
        version = self.version
        self.before()
        if self.failing:
            self.failing -= 1
            return [Response({}, OutcomeUnknownError(Fault("down")))] * len(calls)
        return [Response({"id": call.path, "version": version}) for call in calls]


class Shared(SharedReads):
    """Shared reads with one queue."""

    def __init__(self, graph: Graph, valid: float = 30.0) -> None:
        super().__init__(valid)
        self.queue = SendQueue(graph.fetch, sys.maxsize, 0.008)

    def read(self, call: Call, *keys: str) -> Response:
        return self.get(self.queue, call, *keys)


@pytest.fixture
def graph() -> Graph:
    return Graph()


@pytest.fixture
def shared(graph: Graph) -> Shared:
    return Shared(graph)


def test_one_read_serves_many_threads(graph: Graph, shared: Shared) -> None:
    graph.before = lambda: time.sleep(0.05)
    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(lambda _: shared.read(PIXEL, "1/2").node["id"], range(20)))

    assert found == ["1"] * 20
    assert graph.batches == [["1"]]


@pytest.mark.parametrize(
    ("count", "batches"), [(1, 1), (4, 1), (8, 2)], ids=["alone", "trickling in", "endlessly"]
)
def test_reads_that_trickle_in_share_a_batch_that_does_not_wait_forever(
    graph: Graph, count: int, batches: int
) -> None:
    quiet, pause = 0.4, 0.2
    queue = SendQueue(graph.fetch, sys.maxsize, quiet)

    def read(number: int) -> float:
        time.sleep(number * pause)
        call, began = Call("GET", str(number)), time.monotonic()
        queue.result(queue.join(call), call)
        return time.monotonic() - began

    with ThreadPoolExecutor(count) as pool:
        waits = list(pool.map(read, range(count)))

    assert len(graph.batches) == batches
    assert max(waits) < quiet * LONGEST_WAIT + pause


@pytest.mark.parametrize(
    ("error", "counts"),
    [
        (None, True),
        (OutcomeUnknownError(Fault("down")), True),
        (InvalidParameterError(Fault("no")), False),
    ],
)
def test_a_write_counts_unless_meta_refused_it_and_what_was_read_before_is_void(
    graph: Graph, shared: Shared, error: GraphError | None, counts: bool
) -> None:
    shared.read(PIXEL, "1/2")
    with suppress(GraphError), shared.writing(["1/2"]):
        if error:
            raise error
    shared.read(PIXEL, "1/3", "1/2")

    assert len(graph.batches) == 2
    assert (shared.since_write("1/2") < math.inf) is counts


@pytest.mark.parametrize(
    ("valid", "call", "invalidated", "batches"),
    [
        (30, PIXEL, "1/3", 1),
        (30, PIXEL, "1/2", 2),
        (0, PIXEL, "1/3", 2),
        (30, Call("GET", "1", {"fields": "id"}), "1/3", 2),
    ],
    ids=["another part was invalidated", "invalidated", "old", "other parameters"],
)
def test_only_a_read_that_does_not_fit_is_sent_again(
    graph: Graph, valid: float, call: Call, invalidated: str, batches: int
) -> None:
    shared = Shared(graph, valid)
    shared.read(PIXEL, "1/2")
    shared.invalidate(invalidated)
    shared.read(call, "1/2")

    assert len(graph.batches) == batches


def test_a_read_under_way_when_a_write_ends_is_void(graph: Graph, shared: Shared) -> None:
    reading, written = threading.Event(), threading.Event()

    def hold() -> None:
        reading.set()
        written.wait(5)

    graph.before = hold
    with ThreadPoolExecutor(1) as pool:
        early = pool.submit(shared.read, PIXEL, "1/2")
        reading.wait(5)
        with shared.writing(["1/2"]):
            graph.version += 1
        written.set()
        early.result(5)
    graph.before = lambda: None

    assert shared.read(PIXEL, "1/2").node["version"] == 1


def test_who_shared_a_failed_read_fails_with_an_error_of_its_own(
    graph: Graph, shared: Shared
) -> None:
    graph.failing = 1
    graph.before = lambda: time.sleep(0.1)

    def read(_: int) -> BaseException:
        with pytest.raises(OutcomeUnknownError) as raised:
            shared.read(PIXEL, "1/2").found()
        return raised.value

    with ThreadPoolExecutor(4) as pool:
        failures = list(pool.map(read, range(4)))

    assert len({id(failure) for failure in failures}) == 4
    assert shared.read(PIXEL, "1/2").node["id"] == "1"


def test_a_fetch_that_breaks_frees_everybody_who_waits(graph: Graph, shared: Shared) -> None:
    def breaks() -> None:
        time.sleep(0.05)
        raise RuntimeError("a bug")

    graph.before = breaks
    with ThreadPoolExecutor(4) as pool:
        found = [pool.submit(shared.read, PIXEL, "1/2") for _ in range(4)]
        assert all(isinstance(each.exception(5), RuntimeError) for each in found)
    graph.before = lambda: None

    assert shared.read(PIXEL, "1/2").node["id"] == "1"
