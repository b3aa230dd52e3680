"""Rate limits over HTTP: waited out within a budget, and never counted as a lost write."""

from __future__ import annotations

import re

import pytest
import responses

from metapixel_provider.errors import RateLimitedError
from metapixel_provider.graph import limits
from metapixel_provider.graph.calls import Call
from metapixel_provider.graph.client import Client
from metapixel_provider.graph.credentials import Credentials
from metapixel_provider.graph.patience import Patience
from metapixel_simulator import Simulator
from tests.support.example import PIXEL
from tests.unit.conftest import SHARE, ClientMaker


def test_limited_reads_are_sent_again_and_do_not_use_up_the_attempts(
    sim: Simulator, client: ClientMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "DEFAULT_WAIT", 0.005)
    sim.fault("GET pixel", kind="rate_limit", times=4)

    assert client(patience=Patience(read_attempts=1, outage=0)).get(PIXEL)["id"] == PIXEL
    assert sim.count("GET pixel") == 5


@pytest.mark.parametrize("write", [True, False])
def test_a_wait_beyond_the_budget_ends_at_once(
    sim: Simulator, client: ClientMaker, write: bool
) -> None:
    sim.fault(kind="rate_limit", seconds=1200)
    limited = client(patience=Patience(limit_wait=60))

    with pytest.raises(RateLimitedError, match=r"again in about 20 minutes.*code 80004") as raised:
        limited.write(SHARE) if write else limited.get(PIXEL)

    assert raised.value.wait == pytest.approx(1200, abs=5)
    assert len(sim.requests) == 1


@responses.activate
@pytest.mark.parametrize("headers", [{"X-Ad-Account-Usage": '{"reset_time_duration": 1e-9}'}, {}])
@pytest.mark.parametrize("count", [1, 3])
def test_a_short_budget_ends_with_the_limit_after_one_call(
    headers: dict[str, str], count: int
) -> None:
    limited = '{"error": {"code": 4}}'
    responses.get(re.compile(".*"), status=429, body=limited, headers=headers)
    entry = {"code": 400, "headers": [], "body": limited}
    responses.post(re.compile(".*"), json=[entry] * count, headers=headers)
    patience = Patience(limit_wait=0.3)
    client = Client(Credentials("t"), "https://graph.example", patience=patience)

    answers = client.get_many([Call("GET", "1")] * count)

    assert all(isinstance(answer.error, RateLimitedError) for answer in answers)
    assert len(responses.calls) == 1
