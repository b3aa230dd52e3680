"""Rate limits over HTTP: waited out within a budget, and never counted as a lost write."""

from __future__ import annotations

import threading
import time

import pytest

from metapixel_provider.errors import RateLimitedError
from metapixel_provider.graph import limits
from metapixel_provider.graph.calls import Call
from metapixel_provider.graph.client import Patience
from metapixel_simulator import Simulator
from tests.unit.conftest import ClientMaker, Ids

SHARE = Call(
    "POST",
    f"{Ids.pixel}/agencies",
    {"business": Ids.northlight, "permitted_tasks": '["ANALYZE"]'},
)


@pytest.fixture
def short_wait(monkeypatch: pytest.MonkeyPatch) -> float:
    """Where Meta does not say how long to wait, a moment is enough."""
    monkeypatch.setattr(limits, "WAIT_UNTOLD", 0.1)
    return 0.1


@pytest.mark.parametrize("code", [4, 17, 32, 613, 80004])
def test_a_limited_read_is_sent_again_after_the_wait(
    sim: Simulator, client: ClientMaker, short_wait: float, code: int
) -> None:
    sim.fault("GET pixel", kind="rate_limit", code=code)
    began = time.monotonic()

    assert client().get(Ids.pixel)["id"] == Ids.pixel
    assert time.monotonic() - began >= short_wait


def test_a_limited_write_was_refused_and_is_sent_again(
    sim: Simulator, client: ClientMaker, short_wait: float
) -> None:
    sim.fault("POST agencies", kind="rate_limit")

    client().write(SHARE)

    assert (Ids.pixel, Ids.northlight) in sim.shares()
    assert sim.count("POST agencies") == 2


def test_rate_limits_do_not_use_up_the_attempts(
    sim: Simulator, client: ClientMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "WAIT_UNTOLD", 0.005)
    sim.fault("GET pixel", kind="rate_limit", times=4)

    assert client(patience=Patience(attempts=1)).get(Ids.pixel)["id"] == Ids.pixel


@pytest.mark.parametrize("write", [True, False])
def test_a_wait_beyond_the_budget_ends_at_once(
    sim: Simulator, client: ClientMaker, write: bool
) -> None:
    sim.fault(kind="rate_limit", seconds=1200)
    limited = client(patience=Patience(limit_wait=60))
    began = time.monotonic()

    with pytest.raises(RateLimitedError, match="on in about 20 minutes") as raised:
        limited.write(SHARE) if write else limited.get(Ids.pixel)

    assert time.monotonic() - began < 5
    assert raised.value.wait == pytest.approx(1200, abs=5)
    assert len(sim.requests) == 1


def test_within_the_wait_nobody_else_of_these_credentials_calls(
    sim: Simulator, client: ClientMaker
) -> None:
    sim.fault(kind="rate_limit", seconds=1200)
    limited = client(patience=Patience(limit_wait=60))
    with pytest.raises(RateLimitedError):
        limited.get(Ids.pixel)

    with pytest.raises(RateLimitedError):
        limited.get(Ids.pixel_2)

    assert len(sim.requests) == 1


def test_other_credentials_go_on(sim: Simulator, client: ClientMaker) -> None:
    sim.fault(kind="rate_limit", seconds=1200)
    with pytest.raises(RateLimitedError):
        client(patience=Patience(limit_wait=60)).get(Ids.pixel)

    assert client("northlight-token").get(Ids.northlight)["id"] == Ids.northlight


def test_many_callers_share_one_wait_and_one_announcement(
    sim: Simulator, client: ClientMaker, monkeypatch: pytest.MonkeyPatch, short_wait: float
) -> None:
    monkeypatch.setattr(limits, "WORTH_SAYING", 0.01)
    sim.fault(kind="rate_limit", times=2)
    said: list[str] = []
    limited = client(announce=said.append)
    limited_once = limited.get
    threads = [threading.Thread(target=limited_once, args=(Ids.pixel,)) for _ in range(10)]

    limited.get(Ids.pixel_2)
    sim.fault(kind="rate_limit")
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert len(said) == 2
    assert all("Meta limits the calls of this app" in line for line in said)


def test_near_the_limit_of_the_app_calls_slow_down(
    sim: Simulator, client: ClientMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LONGEST_PAUSE", 0.3)
    sim.set(rate_limit_calls=10)
    calm = client()
    began = time.monotonic()
    for _ in range(8):
        calm.get(Ids.pixel)
    fast = time.monotonic() - began

    began = time.monotonic()
    calm.get(Ids.pixel)
    calm.get(Ids.pixel)

    assert fast < 1.0
    assert time.monotonic() - began >= 0.15
