"""The rate limiter, which delays calls while Meta limits them."""

from __future__ import annotations

import itertools
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from metapixel_provider.errors import (
    Fault,
    GraphError,
    InvalidParameterError,
    OutcomeUnknownError,
    RateLimitedError,
)
from metapixel_provider.graph import limits
from metapixel_provider.graph.calls import Response, Usage
from metapixel_provider.graph.limits import RateLimiter

LIMIT = Fault("too many calls", 80004)
ALLOWED = [Response({"id": "1"})]
NEVER = float("inf")


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def limiter(clock: Clock, said: list[str]) -> RateLimiter:
    return RateLimiter(said.append, clock)


def limited(wait: float = 0.0) -> list[Response]:
    return [Response({}, RateLimitedError(LIMIT), Usage(wait=wait))]


def limit(limiter: RateLimiter, wait: float = 0.0) -> None:
    with limiter.turn(NEVER) as is_alone:
        limiter.record(limited(wait), is_alone)


def refusal(limiter: RateLimiter) -> RateLimitedError:
    with pytest.raises(RateLimitedError) as raised, limiter.turn(deadline=0):
        pass
    return raised.value


def test_nobody_passes_before_the_time_that_meta_gave(limiter: RateLimiter, clock: Clock) -> None:
    limit(limiter, wait=120)

    assert refusal(limiter).wait == 120
    # The answer to a call that was under way does not shorten the wait.
    limiter.record(limited(wait=30), is_alone=False)
    clock.now += 119
    assert refusal(limiter).wait == 1
    clock.now += 1
    with limiter.turn(0):
        pass


def test_a_wait_that_is_not_given_doubles_with_each_limit(
    limiter: RateLimiter, clock: Clock
) -> None:
    waits = []
    for _ in range(4):
        limit(limiter)
        waits.append(refusal(limiter).wait)
        clock.now += waits[-1]
    with limiter.turn(0) as is_alone:
        limiter.record(ALLOWED, is_alone)
    limit(limiter)

    assert waits == [60, 120, 240, 480]
    assert refusal(limiter).wait == 60


def test_calls_that_were_limited_together_are_one_limit(limiter: RateLimiter) -> None:
    with (
        limiter.turn(NEVER) as first,
        limiter.turn(NEVER) as second,
        limiter.turn(NEVER) as third,
    ):
        for is_alone in (first, second, third):
            limiter.record(limited(), is_alone)

    assert refusal(limiter).wait == 60


def test_a_call_that_was_on_its_way_does_not_end_a_limit(limiter: RateLimiter) -> None:
    with limiter.turn(NEVER) as first, limiter.turn(NEVER) as second:
        limiter.record(limited(120), first)
        limiter.record(ALLOWED, second)

    assert refusal(limiter).wait == 120


def test_others_wait_for_the_answer_to_the_call_that_is_sent_alone(
    limiter: RateLimiter, clock: Clock
) -> None:
    limit(limiter, wait=10)
    clock.now += 10
    passed = threading.Event()

    def follow() -> None:
        with limiter.turn(NEVER):
            passed.set()

    with ThreadPoolExecutor(1) as pool:
        with limiter.turn(0):
            followed = pool.submit(follow)
            assert not passed.wait(0.1)
        followed.result(5)


@pytest.mark.parametrize(
    ("error", "ends"),
    [
        (None, True),
        (InvalidParameterError(Fault("no", 100)), True),
        (OutcomeUnknownError(Fault("no answer")), False),
        (RateLimitedError(LIMIT), False),
    ],
    ids=["success", "refusal", "no answer", "limit"],
)
def test_an_answer_to_the_call_that_was_sent_alone_ends_the_limit(
    limiter: RateLimiter, clock: Clock, error: GraphError | None, ends: bool
) -> None:
    limit(limiter, wait=10)
    clock.now += 10
    with limiter.turn(0) as is_alone:
        assert is_alone
        limiter.record([Response({}, error)], is_alone)
    clock.now += 120

    with limiter.turn(0) as is_alone:
        assert is_alone is not ends


def test_a_long_wait_is_announced_once_whoever_waits(clock: Clock, said: list[str]) -> None:
    limiter = RateLimiter(said.append, clock)
    limit(limiter, wait=5.0)
    clock.now += 1.0
    for _ in range(3):
        # Daemons: by the clock of this test their wait never ends.
        threading.Thread(target=lambda: limiter.turn(NEVER).__enter__(), daemon=True).start()
    deadline = time.monotonic() + 5
    while not said and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.05)

    (message,) = said
    assert re.fullmatch(
        r"Meta limits the calls of this app; the next call follows in 4 seconds, at "
        r"\d\d:\d\d:\d\d UTC\.",
        message,
    )


@pytest.mark.parametrize(("shortest", "announced"), [(0.01, 2), (limits.SHORTEST_ANNOUNCED, 0)])
def test_each_further_wait_is_announced_unless_it_is_short(
    said: list[str], monkeypatch: pytest.MonkeyPatch, shortest: float, announced: int
) -> None:
    monkeypatch.setattr(limits, "SHORTEST_ANNOUNCED", shortest)
    limiter = RateLimiter(said.append)

    for wait in (0.05, 0.1):
        limit(limiter, wait)
    with limiter.turn(NEVER):
        pass

    assert len(said) == announced


def test_a_turn_that_does_not_come_for_another_call_is_refused_at_the_deadline() -> None:
    ticks = itertools.count(0, 2)
    limiter = RateLimiter(clock=lambda: float(next(ticks)))
    limit(limiter, wait=1)

    with limiter.turn(NEVER):
        now = next(ticks)
        with pytest.raises(RateLimitedError), limiter.turn(now + 2):
            pass
        assert next(ticks) > now + 2


def test_a_cancellation_ends_the_waits_and_refuses_no_call_that_need_not_wait(
    limiter: RateLimiter, clock: Clock
) -> None:
    limit(limiter, wait=60)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(limiter.turn(NEVER).__enter__)
        limiter.cancel()
        with pytest.raises(RateLimitedError, match="the run was cancelled") as refused:
            waiting.result(5)
    clock.now += 60

    assert refused.value.wait == NEVER
    with limiter.turn(NEVER):
        pass


def test_no_wait_is_longer_than_a_day(limiter: RateLimiter) -> None:
    limit(limiter, wait=1e9)

    assert refusal(limiter).wait == 86_400
