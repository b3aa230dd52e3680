import json
from typing import Any

import pytest
import requests

from metapixel_simulator import Simulator
from tests.simulator.conftest import Api
from tests.support.example import NORTHLIGHT, PIXEL, PIXEL_2

SHARE = f"POST agencies?business={NORTHLIGHT}&permitted_tasks=['UPLOAD']"


both = pytest.mark.parametrize("when", ["before", "after"])


def happened(sim: Simulator) -> str:
    return "after" if sim.shares() else "before"


@both
@pytest.mark.parametrize(
    ("kind", "error", "told"),
    [
        ("reset", requests.ConnectionError, "reset by peer"),
        ("timeout", requests.ReadTimeout, "timed out"),
    ],
)
def test_no_answer_arrives(
    sim: Simulator, api: Api, when: str, kind: str, error: type[Exception], told: str
) -> None:
    sim.fault("POST agencies", kind=kind, when=when, seconds=5)

    with pytest.raises(error, match=told):
        api.send(SHARE, timeout=0.3 if kind == "timeout" else 10)

    assert happened(sim) == when
    assert sim.requests[-1].status is None


def test_a_timeout_ends_the_connection_at_last(sim: Simulator, api: Api) -> None:
    sim.fault("POST agencies", kind="timeout", seconds=0.1)

    with pytest.raises(requests.ConnectionError):
        api.send(SHARE)


_ERROR = {"code": 368, "subcode": 7, "message": "Blocked", "is_transient": False, "status": 403}


@both
@pytest.mark.parametrize(
    ("fault", "status", "body"),
    [
        ({"kind": "status"}, 502, "<!DOCTYPE html>"),
        ({"kind": "status", "status": 503}, 503, "<!DOCTYPE html>"),
        ({"kind": "status", "status": 200, "body": ""}, 200, ""),
        ({"kind": "truncated"}, 200, '{"succes'),
        (
            {"kind": "graph_error", **_ERROR},
            403,
            '{"error":{"message":"Blocked","type":"OAuthException","code":368,"error_subcode":7,'
            '"is_transient":false,"fbtrace_id":"A',
        ),
        ({"kind": "graph_error"}, 500, '{"error":{"message":"An unknown error occurred"'),
    ],
)
def test_another_answer_arrives(
    sim: Simulator, api: Api, when: str, fault: dict[str, object], status: int, body: str
) -> None:
    sim.fault("POST agencies", when=when, **fault)

    answer = api.send(SHARE)

    assert answer.status_code == status
    assert answer.text.startswith(body)
    assert len(answer.text) == len(body) or fault["kind"] != "truncated"
    assert happened(sim) == when


@both
@pytest.mark.parametrize(("options", "code"), [({}, 80004), ({"code": 613}, 613)])
def test_a_rate_limit_names_its_wait(
    sim: Simulator, api: Api, when: str, options: dict[str, Any], code: int
) -> None:
    sim.fault("POST agencies", kind="rate_limit", when=when, seconds=90, **options)

    answer = api.send(SHARE)

    usage = json.loads(answer.headers["X-Business-Use-Case-Usage"])[NORTHLIGHT][0]
    assert answer.json()["error"]["code"] == code
    assert usage["estimated_time_to_regain_access"] == 2
    assert json.loads(answer.headers["X-Ad-Account-Usage"])["reset_time_duration"] == 90
    assert happened(sim) == when


@pytest.mark.parametrize(
    ("counts", "strikes"),
    [
        ({}, [True, False, False, False]),
        ({"after_n": 1, "times": 2}, [False, True, True, False]),
        ({"times": -1}, [True, True, True, True]),
    ],
)
def test_a_fault_strikes_so_many_calls_until_it_is_cleared(
    sim: Simulator, api: Api, counts: dict[str, Any], strikes: list[bool]
) -> None:
    sim.fault("POST agencies", kind="status", **counts)
    struck = [api.send(SHARE).status_code == 502 for _ in range(4)]
    sim.clear_faults()

    assert struck == strikes
    assert api.send(SHARE).json() == {"success": True}


def test_a_fault_fits_by_method_and_path(sim: Simulator, api: Api) -> None:
    sim.fault(kind="status", body="{}", method="GET", path=rf"^/{PIXEL_2}/", times=-1)

    assert api.send(SHARE).json() == {"success": True}
    assert api.call(f"GET {PIXEL}/agencies")["data"]
    assert api.call(f"GET {PIXEL_2}/agencies") == {}
