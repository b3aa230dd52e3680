"""How long the client goes on with a read that Meta cannot answer for now."""

from __future__ import annotations

import functools
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from metapixel_provider.errors import GraphError, OutcomeUnknownError
from metapixel_provider.graph import client as graph_client
from metapixel_provider.graph.calls import Call
from metapixel_provider.graph.client import BATCHES_AT_ONCE
from metapixel_provider.graph.limits import RateLimiter
from metapixel_provider.graph.patience import Patience
from metapixel_simulator import Simulator
from tests.support.example import PIXEL
from tests.unit.conftest import IMPATIENT, ClientMaker

FAULTS = [
    {"kind": "reset"},
    {"kind": "status", "status": 502},
    {"kind": "truncated", "when": "after"},
    {"kind": "graph_error", "code": 2},
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: "-".join(map(str, fault.values())))
def test_a_read_is_repeated_while_meta_cannot_answer(
    sim: Simulator, client: ClientMaker, fault: dict[str, object]
) -> None:
    sim.fault("GET pixel", times=4, **fault)

    assert client().get(PIXEL)["id"] == PIXEL
    assert sim.count("GET pixel") == 5


def test_reads_are_repeated_for_a_minute_of_an_outage_and_one_message_says_so(
    sim: Simulator, client: ClientMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    sim.fault("GET pixel", kind="status", times=-1)
    clock, said = [1.0], list[str]()
    limiter = RateLimiter(functools.cache(said.append))

    def wait(seconds: float) -> bool:
        clock[0] += seconds
        return False

    monkeypatch.setattr(limiter.cancelled, "wait", wait)
    monkeypatch.setattr(graph_client, "time", SimpleNamespace(monotonic=lambda: clock[0]))

    with pytest.raises(OutcomeUnknownError):
        client(patience=Patience(), limiter=limiter).get(PIXEL)

    assert 61 <= clock[0] <= 81
    assert said == ["Meta returns no usable answers; reads are repeated for about a minute."]


def test_in_an_outage_no_batch_is_repeated_more_often_than_a_read(
    sim: Simulator, client: ClientMaker
) -> None:
    sim.fault("POST batch", kind="status", times=-1)
    calls = [Call("GET", PIXEL, {"fields": "id", "n": str(n)}) for n in range(60)]

    answers = client(patience=IMPATIENT).get_many(calls)

    assert all(isinstance(answer.error, GraphError) for answer in answers)
    assert len(sim.raw_urls) == IMPATIENT.read_attempts * BATCHES_AT_ONCE


def test_pauses_double_up_to_the_longest_and_are_shortened_at_random() -> None:
    patience = Patience(first_pause=1.0, longest_pause=8.0)

    drawn = [[patience.pause_after(attempt) for _ in range(200)] for attempt in range(6)]

    for whole, pauses in zip([1, 2, 4, 8, 8, 8], drawn, strict=True):
        assert whole / 2 <= min(pauses)
        assert max(pauses) <= whole
        assert max(pauses) - min(pauses) > whole / 4


def test_a_pause_lies_between_two_attempts(
    sim: Simulator, client: ClientMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    sim.fault("GET pixel", kind="status", times=2)
    slept: list[float] = []
    limiter = RateLimiter()
    monkeypatch.setattr(limiter.cancelled, "wait", slept.append)

    client(patience=Patience(first_pause=100, longest_pause=200), limiter=limiter).get(PIXEL)

    first, second = slept
    assert 50 <= first <= 100 <= second <= 200


def test_a_cancellation_ends_the_pause_before_the_next_attempt(
    sim: Simulator, client: ClientMaker
) -> None:
    sim.fault("GET pixel", kind="status", times=-1)
    limiter = RateLimiter()
    patient = client(patience=Patience(first_pause=600, longest_pause=600), limiter=limiter)

    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(patient.get, PIXEL)
        limiter.cancel()
        with pytest.raises(OutcomeUnknownError):
            reading.result(5)
