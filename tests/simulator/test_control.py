"""The control API: the Python handle's abilities over HTTP."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import requests
import yaml

from metapixel_simulator import Simulator, World
from metapixel_simulator.control import OPERATIONS
from tests.conftest import Approve
from tests.simulator.conftest import Api
from tests.simulator.endpoints.conftest import state
from tests.support.example import HARBOUR, NORTHLIGHT, NORTHLIGHT_ACCOUNT, OWNER, PIXEL, PIXEL_2

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


REQUEST = "2400000000000001"
SHARE = {"pixel": PIXEL, "agency": NORTHLIGHT}
ACCOUNT = {"business": NORTHLIGHT, "ad_account": NORTHLIGHT_ACCOUNT}
TASKS = {"permitted_tasks": ["ANALYZE"]}

#: The values of a call of each operation that has some.
VALUES: dict[str, dict[str, object]] = {
    "GET requests": {"endpoint": "GET me"},
    "PUT switches": {"repeat_share": "union", "request_expiry": "never"},
    "POST faults": {"kind": "status", "body": "{}", "endpoint": "GET pixel"},
    "POST clock": {"days": 31},
    "POST date": {"days": -400},
    "POST agreements": {"pixel": PIXEL_2, "agency": HARBOUR, **TASKS},
    "POST answers": {"request": REQUEST, "status": "approve"},
    "POST approvals": {"approve": True},
    "POST shares": {**SHARE, **TASKS, "pixel": PIXEL_2},
    "DELETE shares": {**SHARE},
    "POST permissions": {"pixel": PIXEL_2, **ACCOUNT},
    "DELETE permissions": {"pixel": PIXEL, **ACCOUNT},
}


def begin(sim: Simulator, api: Api) -> None:
    """Begin again with access, requests, a fault, and a write that waits for another admin."""
    sim.reset()
    sim.share(**SHARE, permitted_tasks=["ADVERTISE"])
    sim.permit(PIXEL, **ACCOUNT)
    sim.ask(PIXEL, HARBOUR, ["ANALYZE"])
    sim.set(admin_approval="grants")
    api.share(PIXEL_2, NORTHLIGHT)
    sim.set(admin_approval="never")
    sim.clear_requests()
    api.call("GET me")
    api.call("GET me/permissions")
    sim.fault("GET me/businesses", kind="reset")


def everything(sim: Simulator) -> dict[str, object]:
    """Return all that operations can change."""
    with sim.moment():
        return {
            **{str(key): value for key, value in state(sim).items()},
            **dict(sim.switches),
            "faults": [(each.kind, each.endpoint, each.body[:9]) for each in sim.faults],
            "logged requests": len(sim.requests),
            "waiting writes": [*sim.sharing.approvals],
            "shift of the date in days": sim.date_shift.days,
        }


def test_what_an_operation_answers_and_changes_is_approved(
    sim: Simulator, api: Api, control: Control, approve: Approve
) -> None:
    lines = []
    for operation in map(" ".join, OPERATIONS):
        begin(sim, api)
        before, values = everything(sim), VALUES.get(operation)
        status, answer = control(*operation.split(" "), values)
        after = everything(sim)
        assert status == 200
        shown = re.sub(r'(?<="seconds": )[\d.e-]+', "0.1", json.dumps(answer))
        shown = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+", "TIME", shown)
        changed = sorted(key for key in before | after if before.get(key) != after.get(key))
        changes = [f"; {key}: {before.get(key)} > {after.get(key)}" for key in changed]
        lines.append(f"{operation} {values or ''}: {shown[:600]}{''.join(changes)}\n")
    approve("simulator-control.txt", "".join(lines))


def test_the_state_holds_the_world_and_the_switches_are_described(
    sim: Simulator, control: Control
) -> None:
    sim.share(**SHARE, permitted_tasks=["ADVERTISE"])

    world = control("GET", "state")[1]["world"]
    described = control("GET", "switches")[1]["description"]

    assert World.parse(yaml.safe_dump(world)).shares == sim.world.shares
    assert {"name", "default", "allowed", "meaning"} == set(described[0])


def test_switches_can_be_set_in_the_query_and_keep_their_values_when_others_are_set(
    sim: Simulator, control: Control
) -> None:
    for values in ("stale_reads=2&latency=0.1", "require_pages_permission=true&repeat_share=union"):
        assert control("PUT", f"switches?{values}")[0] == 200

    switches = sim.switches
    assert (switches.stale_reads, switches.latency) == (2, 0.1)
    assert (switches.require_pages_permission, switches.repeat_share) == (True, "union")


@pytest.mark.usefixtures("no_collection_of_garbage")
def test_a_deeply_nested_value_in_the_query_is_refused_in_words(control: Control) -> None:
    status, answer = control("PUT", "switches", latency="[" * 5000)

    assert status == 400
    assert "latency must be" in answer["error"]


@pytest.mark.parametrize(
    ("call", "values", "told"),
    [
        ("POST faults", {}, "kind: is required"),
        ("POST faults", {"kind": "explode"}, "kind: 'explode' is none of delay, reset, "),
        ("POST faults", {"kind": "reset", "colour": "red"}, "colour: no such field; known are "),
        ("POST faults", {"kind": "reset", "tmes": 1}, "tmes: no such field; did you mean times?"),
        ("POST faults", {"kind": "reset", "path": "("}, "path: '(' is not a regular expression"),
        ("POST faults", {"kind": "reset", "times": "twice"}, "times: must be a valid integer, not"),
        ("POST faults", {"kind": "delay", "seconds": -1}, "seconds: must be greater than or equal"),
        ("POST clock", {"days": 1e12}, "days: must be less than or equal to 1000000"),
        ("POST clock", {"days": -1}, "the clock only moves forward"),
        ("POST answers", {"request": 9, "status": "approve"}, "there is no request 9"),
        ("POST approvals", {"approve": "yes"}, "approve: must be a valid boolean, not 'yes'"),
        ("POST shares", {**SHARE, "permitted_tasks": "EDIT"}, "permitted_tasks: must be a list"),
        ("POST shares", {**SHARE, "permitted_tasks": ["WATCH"]}, "tasks must be one or more of"),
        ("POST shares", {**SHARE, **TASKS, "pixel": 9}, "there is no pixel 9"),
        ("DELETE shares", {"pixel": True, "agency": 1}, "pixel: must be an id in digits, not True"),
        ("POST agreements", {**SHARE, **TASKS, "agency": OWNER}, "(#100) This pixel cannot be sha"),
        ("PUT switches", {"repeat_share": []}, "repeat_share must be overwrite or union or error"),
        ("POST reset", {"now": True}, "now: no such field; known are none"),
        ("GET requests", {"entries": 1}, "an entry of the request log has no field 'entries'"),
        ("POST clock", [], "the body must be a JSON object"),
    ],
)
def test_a_wrong_value_is_refused_in_one_sentence(
    control: Control, call: str, values: object, told: str
) -> None:
    status, answer = control(*call.split(), values)

    assert status == 400
    assert answer["error"].startswith(told)
    assert "\n" not in answer["error"]


def test_a_body_that_is_no_json_is_refused(sim: Simulator) -> None:
    answer = requests.post(f"{sim.control_url}/clock", data="{", timeout=10)

    assert answer.status_code == 400


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "x", 404), ("PUT", "state", 405)])
def test_an_unknown_operation_is_an_error(
    control: Control, method: str, path: str, status: int
) -> None:
    assert control(method, path)[0] == status


def test_the_header_date_is_shifted_from_the_computers_time(sim: Simulator) -> None:
    def date() -> float:
        answer = requests.get(f"{sim.url}/me", timeout=10)
        return parsedate_to_datetime(answer.headers["Date"]).timestamp() - time.time()

    sim.advance(days=31)
    assert date() == pytest.approx(0, abs=30)

    sim.shift_date(days=-400)
    assert date() == pytest.approx(-400 * 86_400, abs=30)

    sim.reset()
    assert date() == pytest.approx(0, abs=30)


def test_an_answer_tells_that_nothing_waits_and_nothing_ended(control: Control) -> None:
    assert control("DELETE", "shares", SHARE)[1] == {"success": False}
    assert control("POST", "agreements", {**SHARE, **TASKS})[1] == {"pending_request_id": None}


def test_a_rejected_write_has_no_effect(sim: Simulator, api: Api, control: Control) -> None:
    sim.set(admin_approval="grants")
    api.share(PIXEL, NORTHLIGHT)

    assert control("POST", "approvals", {"approve": False})[1] == {"changed": 1}
    assert (sim.approve(), sim.shares()) == (0, {})
