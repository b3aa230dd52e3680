import json
from typing import Any
from urllib.parse import urlencode

import pytest

from metapixel_simulator import Simulator
from tests.simulator.conftest import Api
from tests.support.example import HARBOUR, NORTHLIGHT, PIXEL

PATH = f"{PIXEL}/agencies"
SHARE = urlencode({"business": NORTHLIGHT, "permitted_tasks": '["UPLOAD"]'})


def batch(api: Api, *entries: dict[str, str], token: str = "owner-token", **params: object) -> Any:
    """A list of answers, or the error of a batch that is refused whole."""
    return api.call("POST ", token, batch=list(entries), **params)


def get(url: str) -> dict[str, str]:
    return {"method": "GET", "relative_url": url}


def test_the_parameters_of_a_write_may_be_in_the_url(sim: Simulator, api: Api) -> None:
    sim.share(PIXEL, HARBOUR, ["ANALYZE"])

    (answer,) = batch(api, {"method": "DELETE", "relative_url": f"{PATH}?business={HARBOUR}"})

    assert json.loads(answer["body"]) == {"success": True}
    assert sim.shares() == {}


def test_the_token_is_a_parameter_of_the_batch_or_of_an_entry(api: Api) -> None:
    entries = [get("me"), get("me?access_token=harbour-token")]
    answers = batch(api, *entries, token="", access_token="owner-token")

    names = [json.loads(each["body"])["name"] for each in answers]
    assert names == ["Acme deploys", "Harbour deploys"]


@pytest.mark.parametrize("sent", ["not json", "{}", "[]", "[1]", '[{"method": "GET"}]'])
def test_a_malformed_batch_is_refused_whole(api: Api, sent: str) -> None:
    assert api.call("POST ", batch=sent)["error"]["type"] == "GraphBatchException"
    assert api.call("POST ", "", batch=sent)["error"]["code"] == 104


def test_more_than_fifty_are_refused_whole(sim: Simulator, api: Api) -> None:
    answer = batch(api, *[get("me")] * 51)

    assert "Maximum batch size is 50" in answer["error"]["message"]
    assert sim.count("GET me") == 0
    assert len(batch(api, *[get("me")] * 50)) == 50


def test_each_entry_counts_against_the_limit(sim: Simulator, api: Api) -> None:
    sim.set(rate_limit_calls=2)

    answers = batch(api, *[get("me")] * 3)

    codes = [json.loads(each["body"]).get("error", {}).get("code") for each in answers]
    assert codes == [None, None, 80004]


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_entry_can_be_lost(sim: Simulator, api: Api, when: str) -> None:
    sim.fault("POST agencies", kind="batch_null", when=when)

    lost, read = batch(api, {"method": "POST", "relative_url": PATH, "body": SHARE}, get("me"))

    assert lost is None
    assert read["code"] == 200
    assert bool(sim.shares()) == (when == "after")
