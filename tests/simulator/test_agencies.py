"""/{pixel}/agencies."""

from typing import Any

import pytest
import requests

from metapixel_simulator import Simulator
from tests.simulator.conftest import Answer, Api
from tests.support.example import HARBOUR, NORTHLIGHT, OWNER, PIXEL

_ROW = {"id": NORTHLIGHT}
_ASKED = {"business": NORTHLIGHT, "permitted_tasks": '["UPLOAD"]'}


def test_a_related_agency_gets_the_pixel_at_once(sim: Simulator, api: Api) -> None:
    answer = api.share(PIXEL, NORTHLIGHT, "ANALYZE", "UPLOAD")

    assert answer == {"success": True}
    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE", "UPLOAD"})}


def test_an_unrelated_agency_is_asked_first(sim: Simulator, api: Api) -> None:
    answer = api.share(PIXEL, HARBOUR)

    request = sim.request(answer["pending_request_id"])
    assert answer["success"] is True
    assert (request.status, request.owner, request.agency) == ("PENDING", OWNER, HARBOUR)
    assert sim.shares() == {}


@pytest.mark.parametrize(
    "sent",
    [
        {"params": _ASKED},
        {"data": {**_ASKED, "permitted_tasks": "['UPLOAD']"}},
        {"json": {**_ASKED, "permitted_tasks": ["UPLOAD"]}},
        {"files": {name: (None, value) for name, value in _ASKED.items()}},
    ],
    ids=["query", "form as in the guide", "JSON", "multipart"],
)
def test_parameters_may_be_sent_in_each_form(sim: Simulator, sent: dict[str, Any]) -> None:
    headers = {"Authorization": "Bearer owner-token"}

    requests.post(f"{sim.url}/{PIXEL}/agencies/", headers=headers, timeout=10, **sent)

    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"UPLOAD"})}


@pytest.mark.parametrize(
    ("params", "answer"),
    [
        ({}, {"data": [{**_ROW, "name": "Northlight Media"}]}),
        (
            {"fields": "permitted_tasks"},
            {"data": [{"id": NORTHLIGHT, "permitted_tasks": ["UPLOAD"]}]},
        ),
        ({"fields": "id", "summary": "true"}, {"summary": {"total_count": 1}}),
    ],
)
def test_a_list_of_agencies(
    sim: Simulator, api: Api, params: dict[str, str], answer: Answer
) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["UPLOAD"])

    assert answer.items() <= api.get(f"{PIXEL}/agencies", **params).items()


def test_unsharing_ends_the_share(sim: Simulator, api: Api) -> None:
    api.share(PIXEL, NORTHLIGHT)

    assert api.unshare(PIXEL, NORTHLIGHT) == {"success": True}
    assert sim.shares() == {}


@pytest.mark.parametrize(
    ("changes", "code", "told"),
    [
        ({"permitted_tasks": '["EDIT"]'}, 200, "allowlisted"),
        ({"permitted_tasks": '["EDIT"]', "access_token": "edit-token"}, None, ""),
        ({"permitted_tasks": '["ANALYZE", "WATCH"]'}, 100, "permitted_tasks[1] must be one of"),
        ({"permitted_tasks": "[]"}, 100, "permitted_tasks must not be empty"),
        ({"permitted_tasks": "ANALYZE"}, 100, "permitted_tasks must be an array"),
        ({"permitted_tasks": ""}, 100, "(#100) The parameter permitted_tasks is required"),
        ({"business": OWNER}, 100, "cannot be shared with the business that owns it"),
        ({"business": "999"}, 100, "must be the id of a business - got 999"),
        ({"business": "Northlight"}, 100, "Param business must be an integer"),
    ],
)
def test_a_share_that_meta_refuses(
    api: Api, changes: dict[str, str], code: int | None, told: str
) -> None:
    error = api.post(f"{PIXEL}/agencies", **{**_ASKED, **changes}).get("error", {})

    assert error.get("code") == code
    assert told in error.get("message", "")


def test_a_pixel_goes_to_no_more_businesses_than_allowed(sim: Simulator, api: Api) -> None:
    sim.set(max_shares_per_pixel=1)
    api.share(PIXEL, HARBOUR)

    error = api.share(PIXEL, NORTHLIGHT)["error"]

    assert (error["code"], error["error_subcode"]) == (100, 1752150)
