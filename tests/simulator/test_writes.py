"""The effects of writes: shares, ad accounts, requests, and writes that another admin approves."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from metapixel_simulator import Assignment, Relationship, Simulator
from metapixel_simulator.things import REQUEST_STATUSES
from tests.simulator.conftest import Answer, Api
from tests.support.example import (
    HARBOUR,
    NORTHLIGHT,
    NORTHLIGHT_ACCOUNT,
    OWNER,
    OWNER_ACCOUNT,
    PIXEL,
    PIXEL_2,
    PIXEL_3,
)

WAITS = {"success": True, "requires_admin_approval": True}
PERMISSION = (PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)
SHARE = {"business": NORTHLIGHT, "permitted_tasks": '["UPLOAD"]'}
SHARED = {(PIXEL, NORTHLIGHT): frozenset({"UPLOAD"})}


@pytest.mark.parametrize(
    "sent",
    [
        {"params": SHARE},
        {"data": {**SHARE, "permitted_tasks": "['UPLOAD']"}},
        {"json": {**SHARE, "permitted_tasks": ["UPLOAD"]}},
        {"files": {name: (None, value) for name, value in SHARE.items()}},
    ],
    ids=["query", "form as in the guide", "JSON", "multipart"],
)
def test_a_related_agency_gets_the_pixel_at_once_by_each_form_of_call(
    sim: Simulator, sent: dict[str, Any]
) -> None:
    headers = {"Authorization": "Bearer owner-token"}

    answer = requests.post(f"{sim.url}/{PIXEL}/agencies/", headers=headers, timeout=10, **sent)

    assert answer.json() == {"success": True}
    assert sim.shares() == SHARED


def test_an_app_on_metas_list_may_grant_edit(sim: Simulator, api: Api) -> None:
    tasks = '["EDIT"]'

    api.post(f"{PIXEL}/agencies", "edit-token", business=NORTHLIGHT, permitted_tasks=tasks)

    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"EDIT"})}


def test_a_pixel_goes_to_no_more_businesses_than_allowed(sim: Simulator, api: Api) -> None:
    sim.set(max_shares_per_pixel=1)
    api.share(PIXEL, HARBOUR)

    error = api.share(PIXEL, NORTHLIGHT)["error"]

    assert (error["code"], error["error_subcode"]) == (100, 1752150)


def test_an_assignment_of_a_user_survives_the_end_of_the_share(sim: Simulator, api: Api) -> None:
    user = "122200000000001"
    sim.share(PIXEL, NORTHLIGHT, ["ANALYZE"])
    sim.world.add(Assignment(PIXEL, user, ("ANALYZE",)))

    api.unshare(PIXEL, NORTHLIGHT)

    rows = api.get(f"{PIXEL}/assigned_users", business=NORTHLIGHT)["data"]
    assert [row["id"] for row in rows] == [user]


def account(api: Api, method: str, token: str = "northlight-token", **params: str) -> Answer:
    sent = params or {"business": NORTHLIGHT, "account_id": NORTHLIGHT_ACCOUNT}
    return api.call(method, f"{PIXEL}/shared_accounts", token, **sent)


@pytest.mark.parametrize("name", ["account_id", "ad_account"])
@pytest.mark.parametrize("prefix", ["", "act_"])
def test_an_agency_permits_its_ad_account_under_both_names_and_spellings(
    sim: Simulator, api: Api, name: str, prefix: str
) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["ANALYZE"])
    sent = {"business": NORTHLIGHT, name: prefix + NORTHLIGHT_ACCOUNT}

    assert account(api, "POST", **sent) == {"success": True}
    assert sim.permissions() == {PERMISSION}


def test_an_owner_permits_its_own_ad_account(sim: Simulator, api: Api) -> None:
    account(api, "POST", "owner-token", business=OWNER, account_id=OWNER_ACCOUNT)

    assert sim.permissions() == {(PIXEL, OWNER, OWNER_ACCOUNT)}


# Requests


@pytest.fixture
def request_id(api: Api) -> str:
    return api.ask(PIXEL, HARBOUR, "ANALYZE")


def test_accepting_shares_every_pixel_of_the_request(
    sim: Simulator, api: Api, request_id: str
) -> None:
    second = api.ask(PIXEL_2, HARBOUR, "UPLOAD")
    asked = sim.request(request_id)
    before = sim.shares()

    answer = api.post(request_id, "harbour-token", request_status="approve")

    assert second == request_id
    assert (asked.status, asked.owner, asked.agency) == ("PENDING", OWNER, HARBOUR)
    assert asked.pixels == {PIXEL: ("ANALYZE",), PIXEL_2: ("UPLOAD",)}
    assert (before, answer) == ({}, {"success": True})
    assert api.status(request_id) == "APPROVE"
    assert sim.shares() == {
        (PIXEL, HARBOUR): frozenset({"ANALYZE"}),
        (PIXEL_2, HARBOUR): frozenset({"UPLOAD"}),
    }
    # From now on, the next pixel is shared at once.
    assert api.share(PIXEL_3, HARBOUR) == {"success": True}


@pytest.mark.parametrize("parameter", ["request_status", "request_response"])
@pytest.mark.parametrize("word", ["decline", "DECLINE", '"decline"'])
def test_an_answer_is_taken_once_and_in_each_spelling(
    sim: Simulator, api: Api, request_id: str, parameter: str, word: str
) -> None:
    api.post(request_id, "harbour-token", **{parameter: word})
    again = api.post(request_id, "harbour-token", request_status="approve")["error"]

    assert sim.request(request_id).status == "DECLINE"
    assert again["code"] == 100
    assert "DECLINE" in again["message"]
    # To share again is to ask again.
    assert api.ask(PIXEL, HARBOUR) != request_id
    assert sim.shares() == {}


@pytest.mark.parametrize(("setting", "status"), [(30, "EXPIRED"), ("never", "PENDING")])
def test_an_unanswered_request_expires_by_the_switch(
    sim: Simulator, api: Api, request_id: str, setting: int | str, status: str
) -> None:
    sim.set(request_expiry=setting)
    sim.advance(days=29)
    before = api.status(request_id)
    sim.advance(days=1)

    assert (before, api.status(request_id)) == ("PENDING", status)


@pytest.mark.parametrize("wanted", REQUEST_STATUSES)
def test_a_request_can_be_put_in_every_status(
    sim: Simulator, api: Api, request_id: str, wanted: str
) -> None:
    sim.answer(request_id, wanted)

    assert api.status(request_id) == wanted
    assert bool(sim.shares()) == (wanted in ("APPROVE", "MMA_DIRECT_ASSETS_APPROVED"))
    assert bool(sim.open_requests()) == ("PENDING" in wanted or wanted == "IN_PROGRESS")


def test_sharing_by_hand_leaves_nothing_to_accept(sim: Simulator, request_id: str) -> None:
    sim.share(PIXEL, HARBOUR, ["UPLOAD"])

    assert not sim.request(request_id).is_open


# Writes that another admin has to approve


@pytest.mark.parametrize("setting", ["grants", "always"])
def test_a_grant_takes_effect_when_the_admin_approves_it(
    sim: Simulator, api: Api, setting: str
) -> None:
    sim.set(admin_approval=setting)

    assert api.share(PIXEL, NORTHLIGHT, "ADVERTISE") == WAITS
    assert sim.shares() == {}
    assert sim.approve() == 1
    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"ADVERTISE"})}
    assert account(api, "POST") == WAITS
    assert sim.permissions() == set()
    sim.approve()
    assert sim.permissions() == {PERMISSION}


def test_an_approved_share_may_still_need_the_agency(sim: Simulator, api: Api) -> None:
    sim.set(admin_approval="grants")
    api.share(PIXEL, HARBOUR)

    assert sim.open_requests() == []
    sim.approve()
    assert [each.agency for each in sim.open_requests()] == [HARBOUR]


@pytest.mark.parametrize("setting", ["removals", "always"])
def test_a_removal_takes_effect_when_the_admin_approves_it(
    sim: Simulator, api: Api, setting: str
) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["ADVERTISE"])
    sim.permit(*PERMISSION)
    sim.set(admin_approval=setting)

    assert account(api, "DELETE") == WAITS
    assert api.unshare(PIXEL, NORTHLIGHT) == WAITS
    assert (len(sim.shares()), len(sim.permissions())) == (1, 1)
    sim.approve()
    assert (sim.shares(), sim.permissions()) == ({}, set())


@pytest.mark.parametrize(("setting", "left"), [("withdraw", 0), ("no_effect", 1)])
def test_delete_withdraws_a_waiting_share_by_the_switch_for_pending_shares(
    sim: Simulator, api: Api, setting: str, left: int
) -> None:
    sim.set(admin_approval="grants", delete_while_pending=setting)
    api.share(PIXEL, NORTHLIGHT)

    answer = api.unshare(PIXEL, NORTHLIGHT)

    assert ("error" in answer) is bool(left)
    assert sim.approve() == left


def test_an_approved_write_that_meta_would_refuse_has_no_effect_and_delays_no_other(
    sim: Simulator, api: Api
) -> None:
    sim.set(max_shares_per_pixel=1, admin_approval="grants")
    sim.world.add(Relationship(OWNER, HARBOUR))
    for pixel, agency in ((PIXEL, NORTHLIGHT), (PIXEL, HARBOUR), (PIXEL_2, NORTHLIGHT)):
        api.share(pixel, agency)

    assert sim.approve() == 3
    assert sim.shares().keys() == {(PIXEL, NORTHLIGHT), (PIXEL_2, NORTHLIGHT)}
