"""Several reads in one request, each with its own answer."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
import responses

from metapixel_provider.errors import OutcomeUnknownError, RateLimitedError
from metapixel_provider.graph import http_responses, limits
from metapixel_provider.graph.calls import Call, Response
from metapixel_provider.graph.client import Client
from metapixel_provider.graph.clock import Clock
from metapixel_provider.graph.credentials import Credentials
from metapixel_provider.graph.limits import RateLimiter
from metapixel_provider.graph.patience import Patience
from metapixel_provider.graph.transport import Transport
from metapixel_simulator import Pixel, Simulator
from metapixel_simulator.request_log import Entry
from tests.fault.hostile import VALUES
from tests.support.example import OWNER, PIXEL, PIXEL_2, PIXEL_3
from tests.unit.conftest import QUICK, ClientMaker

PIXELS = [Call("GET", pixel, {"fields": "id"}) for pixel in (PIXEL, PIXEL_2, PIXEL_3)]


@pytest.mark.parametrize(
    ("count", "requests"), [(1, 1), (4, 1), (5, 2), (20, 5), (120, 8), (400, 8), (401, 9)]
)
def test_many_reads_go_as_a_few_requests(
    sim: Simulator, client: ClientMaker, count: int, requests: int
) -> None:
    calls = []
    for number in range(count):
        sim.world.add(Pixel(f"55{number:04}", "P", owner=OWNER))
        calls.append(Call("GET", f"55{number:04}", {"fields": "id"}))

    answers = client().get_many(calls)

    assert [answer.node["id"] for answer in answers] == [call.path for call in calls]
    assert len(sim.raw_urls) == requests


def test_batches_are_sent_at_the_same_time(sim: Simulator, client: ClientMaker) -> None:
    together = threading.Barrier(4)

    def wait(entry: Entry, phase: str) -> None:
        if (entry.endpoint, phase) == ("POST batch", "before"):
            together.wait(5)

    sim.on_request = wait
    answers = client().get_many([Call("GET", PIXEL, {"n": str(n)}) for n in range(16)])

    assert all(answer.error is None for answer in answers)
    assert not together.broken


def test_a_batch_whose_answer_is_too_large_is_sent_in_halves(
    sim: Simulator, client: ClientMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_responses, "LARGEST_RESPONSE", 700)

    names = ("last_fired_time", "owner_ad_account", "agencies{id}", "agencies{name}")
    fields = [{"fields": f"id,name,{name}"} for name in names]

    answers = client().get_many([Call("GET", PIXEL, each) for each in fields])

    assert all(answer.error is None for answer in answers)
    assert len(sim.raw_urls) > 1


def test_only_limited_and_null_entries_of_a_batch_are_sent_again_and_the_limited_one_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "DEFAULT_WAIT", 0.05)
    with responses.RequestsMock() as mocked:
        limited = {"code": 400, "body": json.dumps({"error": {"code": 80004, "message": "no"}})}
        node = {"code": 200, "body": '{"id": "1"}'}
        mocked.post(re.compile(".*"), body=json.dumps([node, limited, None]))
        again = mocked.get(re.compile(".*"), body=node["body"])
        # A call that waits for the limited one does not count as another failure.
        twice = replace(QUICK, read_attempts=2)
        found = Client(Credentials("t"), "https://graph.example", patience=twice).get_many(PIXELS)

    assert all(answer.error is None for answer in found)
    sent = [urlsplit(str(call.request.url)).path.split("/")[-1] for call in again.calls]
    assert sent == [PIXEL_2, PIXEL_3]


@pytest.mark.parametrize("name", ["X-Ad-Account-Usage", "x-ad-account-usage"])
@pytest.mark.parametrize("of_entry", [True, False])
def test_the_longest_wait_of_a_batch_and_its_entries_counts(name: str, of_entry: bool) -> None:
    usage, less = ({name: json.dumps({"reset_time_duration": wait})} for wait in (500, 5))
    headers = usage if of_entry else less
    limited = {
        "code": 400,
        "headers": [{"name": name, "value": value} for name, value in headers.items()],
        "body": json.dumps({"error": {"code": 17, "message": "no"}}),
    }
    with responses.RequestsMock() as mocked:
        first = {**limited, "headers": []} if of_entry else limited
        mocked.post(
            re.compile(".*"), json=[first, limited, limited], headers=less if of_entry else usage
        )
        found = Client(Credentials("t"), "https://graph.example", patience=QUICK).get_many(PIXELS)

    assert isinstance(found[0].error, RateLimitedError)
    assert found[0].error.wait == pytest.approx(500, abs=2)


def test_after_a_refused_batch_each_call_is_sent_alone_and_one_warning_says_so(
    sim: Simulator, client: ClientMaker
) -> None:
    sim.set(batches="refused")
    said: list[str] = []
    single = client(limiter=RateLimiter(said.append))

    answers = single.get_many(PIXELS) + single.get_many(PIXELS)

    assert [answer.node["id"] for answer in answers] == [call.path for call in PIXELS * 2]
    assert (sim.count("POST batch"), sim.count("GET pixel")) == (1, 6)
    (warning,) = said
    assert "Meta refused a batch of calls, so this run sends each call alone" in warning


@pytest.mark.parametrize(
    ("code", "status"),
    [(190, 401), (10, 403), (3, 400), (4, 403), (368, 400), (2, 400), (100, 500)],
)
def test_after_another_answer_to_a_batch_no_call_is_sent_alone(
    sim: Simulator, client: ClientMaker, code: int, status: int
) -> None:
    sim.fault("POST batch", kind="graph_error", code=code, status=status, times=-1)
    once = client(patience=Patience(read_attempts=1, outage=0, limit_wait=0.01))

    answers = once.get_many(PIXELS)

    assert {answer.error.fault.code for answer in answers if answer.error} == {code}
    assert sim.count("GET pixel") == 0


def test_calls_that_are_sent_alone_stop_at_a_rate_limit(
    sim: Simulator, client: ClientMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "DEFAULT_WAIT", 0.05)
    sim.set(batches="refused")
    sim.fault(path=PIXEL_2, kind="rate_limit")

    answers = client().get_many(PIXELS)

    assert all(answer.error is None for answer in answers)
    sent = [entry.node for entry in sim.requests if entry.node]
    assert sent == [PIXEL, PIXEL_2, PIXEL_2, PIXEL_3]


def answers_to(calls: int, body: object, status: int = 200) -> list[Response]:
    """The answers to a batch of so many calls, whose own answer has this body."""
    credentials = Credentials("token-of-owner", "secret")  # With a secret, one call is a batch too.
    with responses.RequestsMock() as mocked:
        mocked.post(re.compile(".*"), body=json.dumps(body), status=status)
        transport = Transport("https://graph.example", "v26.0", credentials, 5, Clock())
        return transport.send([Call("GET", str(number)) for number in range(calls)])


def entry(**changed: object) -> dict[str, object]:
    return {"code": 200, "body": '{"id": "1"}', **changed}


#: Answers to a batch of one call, in which the answer to the call is not readable.
UNREADABLE: list[object] = [
    *([], [entry()] * 2, [entry(body="[]")], [entry(body="[1")], [entry(body="[" * 5000)]),
    *([entry(code=each)] for each in (100, 204, 302, 999, -200, "200", 10**400)),
    *(place for odd in VALUES for place in (odd, [odd], [entry(code=odd)], [entry(body=odd)])),
]


@pytest.mark.usefixtures("no_collection_of_garbage")
def test_a_batch_without_a_readable_answer_to_a_call_is_an_unknown_outcome() -> None:
    for body in UNREADABLE:
        (answer,) = answers_to(1, body)

        assert isinstance(answer.error, OutcomeUnknownError), body
        assert len(str(answer.error)) < 300


@pytest.mark.parametrize("status", [202, 302, 400, 500])
def test_entries_count_only_in_a_batch_that_went_well(status: int) -> None:
    (answer,) = answers_to(1, [entry()], status)

    assert isinstance(answer.error, OutcomeUnknownError)
