"""Rate limits over HTTP: what the headers report, and waits that lose no write."""

from __future__ import annotations

import json
import math
import re

import pytest
import responses

from metapixel_provider.errors import RateLimitedError
from metapixel_provider.graph import limits
from metapixel_provider.graph.calls import Call, Usage
from metapixel_provider.graph.client import Client
from metapixel_provider.graph.clock import duration
from metapixel_provider.graph.credentials import Credentials
from metapixel_provider.graph.http_responses import usage_of
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
@pytest.mark.parametrize("limited", ['{"error": {"code": 4}}', "<html>"])
@pytest.mark.parametrize("headers", [{"X-Ad-Account-Usage": '{"reset_time_duration": 1e-9}'}, {}])
@pytest.mark.parametrize("count", [1, 3])
def test_a_short_budget_ends_with_the_limit_after_one_call(
    headers: dict[str, str], count: int, limited: str
) -> None:
    responses.get(re.compile(".*"), status=429, body=limited, headers=headers)
    entry = {"code": 429, "headers": [], "body": limited}
    responses.post(re.compile(".*"), json=[entry] * count, headers=headers)
    patience = Patience(limit_wait=0.3)
    client = Client(Credentials("t"), "https://graph.example", patience=patience)

    answers = client.get_many([Call("GET", "1")] * count)

    assert all(isinstance(answer.error, RateLimitedError) for answer in answers)
    assert len(responses.calls) == 1


def case(**fields: object) -> dict[str, str]:
    return {"X-Business-Use-Case-Usage": json.dumps({"1": [{}, {"type": "ads", **fields}]})}


def account(**fields: object) -> dict[str, str]:
    return {"X-Ad-Account-Usage": json.dumps(fields)}


@pytest.mark.parametrize(
    ("headers", "usage"),
    [
        ({}, Usage()),
        (account(acc_id_util_pct=100, reset_time_duration=200), Usage(wait=200)),
        (account(reset_time_duration=1e-9), Usage(wait=1)),
        (case(call_count=100, estimated_time_to_regain_access=19), Usage(wait=19 * 60)),
        (case(total_time=85, estimated_time_to_regain_access=0), Usage()),
        (case(estimated_time_to_regain_access=1) | account(reset_time_duration=61), Usage(wait=61)),
        (account(ads_api_access_tier="standard_access"), Usage(tier="standard_access")),
        (case(ads_api_access_tier="development_access"), Usage(tier="development_access")),
        (case(ads_api_access_tier=7), Usage()),
        *(
            ({"X-Ad-Account-Usage": odd}, Usage())
            for odd in ("soon", "17", '{"1": [3]}', '{"reset_time_duration": "x"}')
        ),
        *((account(reset_time_duration=odd), Usage()) for odd in (10**400, math.inf, math.nan)),
    ],
    ids=str,
)
def test_the_longest_wait_in_seconds_and_the_access_level(
    headers: dict[str, str], usage: Usage
) -> None:
    assert usage_of(headers) == usage


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.2, "1 seconds"), (59.6, "60 seconds"), (300, "5 minutes"), (9000, "2.5 hours")],
)
def test_a_wait_is_said_in_a_unit_that_people_use(seconds: float, said: str) -> None:
    assert duration(seconds) == said
