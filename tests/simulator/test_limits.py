import json

from metapixel_simulator import Simulator
from tests.simulator.conftest import Answer, Api
from tests.support.example import OWNER


def limited(api: Api, times: int) -> list[int | None]:
    return [api.call("GET me").get("error", {}).get("code") for _ in range(times)]


def usage(api: Api, name: str) -> Answer:
    found: Answer = json.loads(api.last.headers[f"X-{name}-Usage"])
    return found


def test_usage_is_a_percentage(sim: Simulator, api: Api) -> None:
    api.call(f"GET {OWNER}")
    assert "X-App-Usage" not in api.last.headers

    sim.set(rate_limit_calls=4)
    api.call(f"GET {OWNER}")

    row = usage(api, "Business-Use-Case")[OWNER][0]
    assert usage(api, "App")["call_count"] == 25
    assert row["type"] == "ads_management"
    assert (row["call_count"], row["estimated_time_to_regain_access"]) == (25, 0)
    assert usage(api, "Ad-Account")["reset_time_duration"] == 0


def test_calls_beyond_the_budget_are_refused_until_the_wait_in_the_answer_is_over(
    sim: Simulator, api: Api
) -> None:
    sim.set(rate_limit_calls=2, rate_limit_window=600)
    codes = limited(api, 1)
    sim.advance(seconds=300)
    codes += limited(api, 2)

    row = usage(api, "Business-Use-Case")[OWNER][0]
    seconds = usage(api, "Ad-Account")["reset_time_duration"]
    sim.advance(seconds=seconds)

    assert codes == [None, None, 80004]
    assert (row["estimated_time_to_regain_access"], row["call_count"]) == (5, 100)
    assert 240 < seconds <= 300
    assert limited(api, 1) == [None]


def test_calls_during_the_block_lengthen_it(sim: Simulator, api: Api) -> None:
    sim.set(rate_limit_calls=1, rate_limit_window=600, rate_limit_penalty=300)
    limited(api, 3)

    sim.advance(seconds=610)

    assert usage(api, "Ad-Account")["reset_time_duration"] > 890
    assert limited(api, 1) == [80004]


def test_apps_have_budgets_of_their_own(sim: Simulator, api: Api) -> None:
    sim.set(rate_limit_calls=1)
    limited(api, 2)

    assert "error" not in api.call("GET me", "edit-token")
