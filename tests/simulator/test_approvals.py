"""Writes that another admin has to approve (switch `admin_approval`)."""

from __future__ import annotations

import pytest
import requests

from metapixel_simulator import Relationship, Simulator
from tests.simulator.conftest import Api
from tests.support.example import HARBOUR, NORTHLIGHT, NORTHLIGHT_ACCOUNT, OWNER, PIXEL

WAITS = {"success": True, "requires_admin_approval": True}
TRIPLE = (PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)


def account(api: Api, method: str) -> object:
    path = f"{PIXEL}/shared_accounts"
    params = {"business": NORTHLIGHT, "account_id": NORTHLIGHT_ACCOUNT}
    return api.call(method, path, "northlight-token", **params)


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
    assert sim.permissions() == {TRIPLE}


def test_a_rejected_grant_has_no_effect(sim: Simulator, api: Api) -> None:
    sim.set(admin_approval="grants")
    api.share(PIXEL, NORTHLIGHT)

    assert sim.approve(reject=True) == 1
    assert sim.approve() == 0
    assert sim.shares() == {}


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
    sim.permit(*TRIPLE)
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


def test_the_control_api_approves_and_rejects(sim: Simulator, api: Api) -> None:
    sim.set(admin_approval="grants")
    url = f"{sim.control_url}/approvals"
    api.share(PIXEL, NORTHLIGHT)

    rejected = requests.post(url, json={"approve": False}, timeout=10).json()
    api.share(PIXEL, NORTHLIGHT)
    approved = requests.post(url, json={"approve": True}, timeout=10).json()
    wrong = requests.post(url, json={"approve": "yes"}, timeout=10)

    assert (rejected, approved, wrong.status_code) == ({"changed": 1}, {"changed": 1}, 400)
    assert len(sim.shares()) == 1


def test_an_approved_write_that_meta_would_refuse_has_no_effect_and_delays_no_other(
    sim: Simulator, api: Api
) -> None:
    sim.set(max_shares_per_pixel=1, admin_approval="grants")
    other = next(pixel for pixel in sim.world.pixels if pixel != PIXEL)
    for pixel, agency in ((PIXEL, NORTHLIGHT), (PIXEL, HARBOUR), (other, NORTHLIGHT)):
        sim.world.add(Relationship(OWNER, agency))
        api.share(pixel, agency)

    assert sim.approve() == 3
    assert sim.shares().keys() == {(PIXEL, NORTHLIGHT), (other, NORTHLIGHT)}
