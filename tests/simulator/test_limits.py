import json

from metapixel_simulator import Simulator
from tests.simulator.conftest import Api
from tests.support.example import OWNER


def limited(api: Api, times: int) -> list[int | None]:
    return [api.get("me").get("error", {}).get("code") for _ in range(times)]


def test_calls_beyond_the_budget_are_refused(sim: Simulator, api: Api) -> None:
    sim.set(rate_limit_calls=2)

    assert limited(api, 3) == [None, None, 80004]


def test_usage_is_told_as_percentages(sim: Simulator, api: Api) -> None:
    sim.set(rate_limit_calls=4)

    api.get(OWNER)

    headers = api.last.headers
    row = json.loads(headers["X-Business-Use-Case-Usage"])[OWNER][0]
    assert json.loads(headers["X-App-Usage"])["call_count"] == 25
    assert (row["type"], row["call_count"], row["estimated_time_to_regain_access"]) == (
        "ads_management",
        25,
        0,
    )
    assert json.loads(headers["X-Ad-Account-Usage"])["reset_time_duration"] == 0


def test_the_wait_is_told_and_holds(sim: Simulator, api: Api) -> None:
    sim.set(rate_limit_calls=1, rate_limit_window=600)
    limited(api, 2)

    usage = json.loads(api.last.headers["X-Business-Use-Case-Usage"])[OWNER][0]
    seconds = json.loads(api.last.headers["X-Ad-Account-Usage"])["reset_time_duration"]
    sim.advance(seconds=seconds)

    assert usage["estimated_time_to_regain_access"] == 10
    assert usage["call_count"] == 100
    assert 590 < seconds <= 600
    assert limited(api, 1) == [None]


def test_calling_while_limited_lengthens_the_block(sim: Simulator, api: Api) -> None:
    sim.set(rate_limit_calls=1, rate_limit_window=600, rate_limit_penalty=300)
    limited(api, 3)

    sim.advance(seconds=610)

    assert json.loads(api.last.headers["X-Ad-Account-Usage"])["reset_time_duration"] > 890
    assert limited(api, 1) == [80004]


def test_without_a_budget_there_are_no_usage_headers(api: Api) -> None:
    api.get("me")

    assert "X-App-Usage" not in api.last.headers


def test_apps_have_budgets_of_their_own(sim: Simulator, api: Api) -> None:
    sim.set(rate_limit_calls=1)
    limited(api, 2)

    assert "error" not in api.get("me", "edit-token")
