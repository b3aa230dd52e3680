"""The control API: the Python handle's abilities over HTTP."""

import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import requests

from metapixel_simulator import Simulator, World
from metapixel_simulator.control import OPERATIONS
from tests.simulator.conftest import Api
from tests.support.example import HARBOUR, NORTHLIGHT, NORTHLIGHT_ACCOUNT, OWNER, PIXEL

Control = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def control(sim: Simulator) -> Control:
    def send(
        method: str, path: str = "", body: object = None, **query: str
    ) -> tuple[int, dict[str, Any]]:
        url = f"{sim.control_url}/{path}"
        answer = requests.request(method, url, json=body, params=query, timeout=10)
        return answer.status_code, answer.json()

    return send


def test_the_root_lists_every_operation(control: Control) -> None:
    _, answer = control("GET")

    assert len(answer["operations"]) == len(OPERATIONS)
    assert "POST /_control/faults" in answer["operations"]


def test_the_state_is_a_world_that_can_be_loaded(sim: Simulator, control: Control) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["UPLOAD"])

    _, answer = control("GET", "state")

    import yaml

    assert World.parse(yaml.safe_dump(answer["world"])).shares == sim.world.shares
    assert answer["now"].endswith("+0000")


def test_calls_are_listed_filtered_and_cleared(sim: Simulator, api: Api, control: Control) -> None:
    api.get("me")
    api.get("me/permissions")

    _, listed = control("GET", "requests", endpoint="GET me")
    control("DELETE", "requests")

    assert [each["path"] for each in listed["requests"]] == ["/me"]
    assert len(listed["raw_urls"]) == 2
    assert sim.requests == []


def test_switches_are_shown_and_set(sim: Simulator, control: Control) -> None:
    control("PUT", "switches", {"repeat_share": "union", "request_expiry": "never"})

    _, answer = control("GET", "switches")
    assert answer["switches"]["repeat_share"] == "union"
    assert {"name", "default", "allowed", "meaning"} == set(answer["description"][0])
    assert sim.switches.request_expiry == "never"


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("stale_reads", "2", 2),
        ("latency", "0.1", 0.1),
        ("require_pages_permission", "true", True),
        ("repeat_share", "union", "union"),
    ],
)
def test_a_switch_can_be_set_in_the_query(
    sim: Simulator, control: Control, name: str, text: str, value: object
) -> None:
    assert control("PUT", "switches", **{name: text})[0] == 200
    assert dict(sim.switches)[name] == value


@pytest.mark.usefixtures("no_collection_of_garbage")
def test_a_deeply_nested_value_in_the_query_is_refused_in_words(sim: Simulator) -> None:
    nested = requests.put(f"{sim.control_url}/switches", params={"latency": "[" * 5000}, timeout=10)

    assert nested.status_code == 400
    assert "latency must be" in nested.json()["error"]


def test_calls_are_filtered_by_the_id_of_a_pixel(api: Api, control: Control) -> None:
    api.get(PIXEL)
    api.get("me")

    _, listed = control("GET", "requests", pixel=PIXEL)

    assert [each["pixel"] for each in listed["requests"]] == [PIXEL]


def test_faults_are_injected_listed_and_cleared(api: Api, control: Control) -> None:
    _, fault = control("POST", "faults", {"kind": "status", "body": "{}", "endpoint": "GET me"})
    _, listed = control("GET", "faults")
    struck = api.get("me")
    control("DELETE", "faults")

    assert listed["faults"] == [fault]
    assert struck == {}
    assert control("GET", "faults")[1] == {"faults": []}


#: What a share needs besides its tasks.
_SHARE = {"pixel": PIXEL, "agency": NORTHLIGHT}


@pytest.mark.parametrize(
    ("call", "values", "told"),
    [
        ("POST faults", {}, "kind: is required"),
        ("POST faults", {"kind": "explode"}, "kind: 'explode' is none of delay, reset, "),
        ("POST faults", {"kind": ["reset"]}, "kind: must be a valid string, not ['reset']"),
        ("POST faults", {"kind": "reset", "colour": "red"}, "colour: no such field; known are "),
        ("POST faults", {"kind": "reset", "tmes": 1}, "tmes: no such field; did you mean times?"),
        ("POST faults", {"kind": "reset", "endpoint": {}}, "endpoint: {} is none of DELETE agen"),
        ("POST faults", {"kind": "reset", "path": 5}, "path: must be a valid string, not 5"),
        ("POST faults", {"kind": "reset", "path": "("}, "path: '(' is not a regular expression"),
        ("POST faults", {"kind": "reset", "when": []}, "when: must be 'before' or 'after', not []"),
        ("POST faults", {"kind": "reset", "times": "twice"}, "times: must be a valid integer, not"),
        ("POST faults", {"kind": "delay", "seconds": -1}, "seconds: must be greater than or equal"),
        ("POST faults", {"kind": "status", "body": 5}, "body: must be a valid string, not 5"),
        ("POST clock", {"days": "one"}, "days: must be a valid number, not 'one'"),
        ("POST clock", {"days": 1e12}, "days: must be less than or equal to 1000000"),
        ("POST clock", {"days": -1}, "the clock only moves forward"),
        (
            "POST clock",
            {"years": 1},
            "years: no such field; known are days, hours, minutes, seconds",
        ),
        ("POST date", {"days": [1]}, "days: must be a valid number, not [1]"),
        ("POST answers", {"request": 9}, "status: is required"),
        ("POST answers", {"request": 9, "status": 5}, "status: must be a valid string, not 5"),
        ("POST answers", {"request": 9, "status": "approve"}, "there is no request 9"),
        ("POST approvals", {"approve": "yes"}, "approve: must be a valid boolean, not 'yes'"),
        ("POST shares", _SHARE, "permitted_tasks: is required"),
        ("POST shares", {**_SHARE, "permitted_tasks": "EDIT"}, "permitted_tasks: must be a list"),
        ("POST shares", {**_SHARE, "permitted_tasks": ["WATCH"]}, "tasks must be one or more of"),
        ("DELETE shares", {"pixel": True, "agency": 1}, "pixel: must be an id in digits, not True"),
        ("PUT switches", {"repeat_share": []}, "repeat_share must be overwrite or union or error"),
        ("PUT switches", {"self": 1}, "self is not a switch; the switches are repeat_share, "),
        ("POST reset", {"now": True}, "now: no such field; known are none"),
        ("GET requests", {"entries": 1}, "an entry of the request log has no field 'entries'"),
    ],
)
def test_a_wrong_value_is_refused_in_one_sentence(
    control: Control, call: str, values: dict[str, object], told: str
) -> None:
    status, answer = control(*call.split(), values)

    assert status == 400
    assert answer["error"].startswith(told)
    assert "\n" not in answer["error"]


def test_the_clock_is_moved(sim: Simulator, api: Api, control: Control) -> None:
    request = api.share(PIXEL, HARBOUR)["pending_request_id"]

    control("POST", "clock", {"days": 31})

    assert sim.request(request).status == "EXPIRED"


def test_the_header_date_is_shifted_from_the_computers_time(
    sim: Simulator, control: Control
) -> None:
    def date() -> float:
        answer = requests.get(f"{sim.url}/me", timeout=10)
        return parsedate_to_datetime(answer.headers["Date"]).timestamp() - time.time()

    sim.advance(days=31)
    assert date() == pytest.approx(0, abs=30)

    control("POST", "date", {"days": -400})
    assert date() == pytest.approx(-400 * 86_400, abs=30)

    sim.reset()
    assert date() == pytest.approx(0, abs=30)


def test_an_owner_asks_the_agency_without_a_token(sim: Simulator, control: Control) -> None:
    share = {"pixel": PIXEL, "permitted_tasks": ["ANALYZE"]}

    _, asked = control("POST", "agreements", {**share, "agency": HARBOUR})
    _, shared = control("POST", "agreements", {**share, "agency": NORTHLIGHT})
    refused = control("POST", "agreements", {**share, "agency": OWNER})

    assert [each.id for each in sim.open_requests()] == [asked["pending_request_id"]]
    assert shared == {"pending_request_id": None}
    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}
    assert refused == (
        400,
        {"error": "(#100) This pixel cannot be shared with the business that owns it"},
    )


def test_a_request_is_answered(sim: Simulator, api: Api, control: Control) -> None:
    request = api.share(PIXEL, HARBOUR)["pending_request_id"]

    _, answer = control("POST", "answers", {"request": request, "status": "approve"})

    assert answer == {"success": True}
    assert sim.request(request).status == "APPROVE"
    assert (PIXEL, HARBOUR) in sim.shares()


def test_shares_and_permissions_are_made_and_ended_by_hand(
    sim: Simulator, control: Control
) -> None:
    share = {"pixel": PIXEL, "agency": NORTHLIGHT, "permitted_tasks": ["ADVERTISE"]}
    permission = {
        "pixel": PIXEL,
        "business": NORTHLIGHT,
        "ad_account": NORTHLIGHT_ACCOUNT,
    }

    control("POST", "shares", share)
    control("POST", "permissions", permission)
    made = (sim.shares(), sim.permissions())
    control("DELETE", "permissions", permission)
    control("DELETE", "shares", pixel=PIXEL, agency=NORTHLIGHT)

    assert [len(each) for each in made] == [1, 1]
    assert (sim.shares(), sim.permissions()) == ({}, set())


def test_ending_what_is_not_there_is_told(control: Control) -> None:
    assert control("DELETE", "shares", pixel=PIXEL, agency=OWNER)[1] == {"success": False}


def test_reset_brings_back_the_first_world(sim: Simulator, control: Control) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["UPLOAD"])

    assert control("POST", "reset")[1] == {"success": True}
    assert sim.shares() == {}


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "x", 404), ("PUT", "state", 405)])
def test_what_is_not_there_is_an_error(
    control: Control, method: str, path: str, status: int
) -> None:
    assert control(method, path)[0] == status


@pytest.mark.parametrize("body", ["[]", "{"])
def test_a_body_that_is_no_object_is_refused(sim: Simulator, body: str) -> None:
    answer = requests.post(f"{sim.control_url}/clock", data=body, timeout=10)

    assert answer.status_code == 400


def test_controlling_is_not_logged(sim: Simulator, control: Control) -> None:
    control("GET", "state")

    assert (sim.requests, sim.raw_urls) == ([], [])
