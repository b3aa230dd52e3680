"""What the rate headers say."""

from __future__ import annotations

import json
import math

import pytest

from metapixel_provider.graph.calls import Usage
from metapixel_provider.graph.clock import duration
from metapixel_provider.graph.http_responses import usage_of


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
