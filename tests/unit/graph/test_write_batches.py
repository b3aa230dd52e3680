"""Writes that arrive at almost the same time: one request, and an outcome for each write."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from metapixel_provider.errors import (
    Fault,
    GraphError,
    NotVisibleError,
    OutcomeUnknownError,
    RateLimitedError,
    RefusedError,
)
from metapixel_provider.graph import http_responses, limits
from metapixel_provider.graph.calls import Call, Node, Response, Usage
from metapixel_provider.graph.client import Client, Operation, current_operation
from metapixel_provider.graph.credentials import Credentials
from metapixel_provider.graph.limits import RateLimiter
from metapixel_simulator import Simulator
from tests.support.example import NORTHLIGHT, PIXEL, PIXEL_2, PIXEL_3
from tests.unit.conftest import QUICK, ClientMaker

PIXELS = [PIXEL, PIXEL_2, PIXEL_3]
LIMITED = Response({}, RateLimitedError(Fault("limited", code=80004)), Usage(wait=0.5))


#: Writes of a test arrive within a time that no slow machine exceeds.
GATHERS = replace(QUICK, gathering=0.1)


def grant(pixel: str) -> Call:
    return Call(
        "POST", f"{pixel}/agencies", {"business": NORTHLIGHT, "permitted_tasks": '["UPLOAD"]'}
    )


def written(client: Client, calls: Sequence[Call]) -> list[Node | GraphError]:
    """Write at the same time. Return a node or an error for each call."""

    def write(call: Call) -> Node | GraphError:
        try:
            return client.write(call)
        except GraphError as error:
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(write, calls))


@pytest.mark.parametrize(("count", "requests", "batches"), [(1, 1, 0), (3, 1, 1), (21, 3, 2)])
def test_writes_that_arrive_together_go_as_requests_of_at_most_ten(
    sim: Simulator, client: ClientMaker, count: int, requests: int, batches: int
) -> None:
    written(client(patience=GATHERS), [grant(PIXEL)] * count)

    assert sim.count("POST agencies") == count
    assert (len(sim.raw_urls), sim.count("POST batch")) == (requests, batches)


@pytest.mark.parametrize("batches", ["allowed", "refused"])
def test_each_write_is_sent_once_and_a_refused_one_leaves_the_others_alone(
    sim: Simulator, client: ClientMaker, batches: str
) -> None:
    sim.set(batches=batches)

    found = written(client(patience=GATHERS), [grant(PIXEL), grant("404"), grant(PIXEL_2)])

    assert [isinstance(each, NotVisibleError) for each in found] == [False, True, False]
    assert (sim.count("POST batch"), sim.count("POST agencies")) == (1, 3)
    assert set(sim.shares()) == {(PIXEL, NORTHLIGHT), (PIXEL_2, NORTHLIGHT)}


def test_only_the_write_without_an_answer_has_an_unknown_outcome(
    sim: Simulator, client: ClientMaker
) -> None:
    sim.fault("POST agencies", path=PIXEL_2, kind="batch_null", when="after")

    found = written(client(patience=GATHERS), [grant(pixel) for pixel in PIXELS])

    assert [isinstance(each, OutcomeUnknownError) for each in found] == [False, True, False]
    assert sim.count("POST agencies") == 3


def test_a_refused_batch_refuses_each_write_with_its_own_error(
    sim: Simulator, client: ClientMaker
) -> None:
    sim.fault("POST batch", kind="graph_error", code=190, status=401)

    found = written(client(patience=GATHERS), [grant(pixel) for pixel in PIXELS])

    assert len({id(each) for each in found if isinstance(each, GraphError)}) == 3
    assert sim.shares() == {}


def test_writes_whose_answer_is_too_large_are_not_sent_again(
    sim: Simulator, client: ClientMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_responses, "LARGEST_RESPONSE", 200)

    found = written(client(patience=GATHERS), [grant(pixel) for pixel in PIXELS])

    assert all(isinstance(each, OutcomeUnknownError) for each in found)
    assert sim.count("POST agencies") == 3


def test_only_the_limited_write_of_a_batch_is_sent_again(
    sim: Simulator, client: ClientMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "DEFAULT_WAIT", 0.05)
    sim.fault("POST agencies", path=PIXEL_2, kind="graph_error", code=80004, status=400)

    found = written(client(patience=GATHERS), [grant(pixel) for pixel in PIXELS])

    assert not any(isinstance(each, GraphError) for each in found)
    sent = [entry.node for entry in sim.requests if entry.endpoint == "POST agencies"]
    assert sorted(map(str, sent)) == sorted([*PIXELS, PIXEL_2])


def test_a_write_is_not_refused_because_of_the_deadline_of_another(
    sim: Simulator, client: ClientMaker
) -> None:
    limiter = RateLimiter()
    limiter.record([LIMITED], is_alone=False)
    limited = client(limiter=limiter, patience=GATHERS)

    with ThreadPoolExecutor(2) as pool:
        limited.patience = replace(GATHERS, limit_wait=0.2)
        first = pool.submit(written, limited, [grant(PIXEL)])
        time.sleep(GATHERS.gathering / 4)
        limited.patience = replace(GATHERS, limit_wait=30)
        second = pool.submit(written, limited, [grant(PIXEL_2)])

        assert isinstance(first.result(10)[0], RateLimitedError)
        assert second.result(10) == [{"success": True}]
    assert set(sim.shares()) == {(PIXEL_2, NORTHLIGHT)}


def test_a_write_that_was_interrupted_while_it_waited_is_never_sent(
    sim: Simulator, client: ClientMaker
) -> None:
    limiter = RateLimiter()
    limiter.record([LIMITED], is_alone=False)
    main = threading.main_thread().ident
    assert main is not None
    interruption = threading.Timer(0.2, signal.pthread_kill, (main, signal.SIGINT))
    interruption.start()

    with pytest.raises(KeyboardInterrupt):
        client(limiter=limiter, patience=GATHERS).write(grant(PIXEL))

    time.sleep(0.5)
    assert sim.shares() == {}


def test_a_cancelled_operation_leaves_its_batch_and_one_that_has_written_does_not(
    sim: Simulator,
) -> None:
    patience = replace(QUICK, gathering=0.4)
    cancelled = threading.Event()
    operations = [Operation(f"share {number}", cancelled) for number in range(3)]
    operations[1].has_written = True
    client = Client(Credentials("owner-token"), sim.url, patience=patience)

    def write(number: int) -> str:
        current_operation.set(operations[number])
        try:
            client.write(grant(PIXELS[number]))
        except RefusedError as error:
            return str(error)
        return ""

    with ThreadPoolExecutor(3) as pool:
        found = [pool.submit(write, number) for number in range(3)]
        time.sleep(0.2)
        cancelled.set()
        texts = [each.result(10) for each in found]

    assert [text[:28] for text in texts] == [
        "Nothing was sent for share 0",
        "",
        "Nothing was sent for share 2",
    ]
    assert set(sim.shares()) == {(PIXEL_2, NORTHLIGHT)}
