"""Writes that another admin has to approve, by the switch `admin_approval`."""

from __future__ import annotations

import pytest

from metapixel_simulator import Relationship, Simulator
from tests.simulator.conftest import Api
from tests.simulator.endpoints.conftest import (
    ALL,
    PERMISSION,
    REQUEST,
    SHARE,
    SUCCESS,
    State,
    assert_changed,
    row,
    state,
)
from tests.support.example import (
    HARBOUR,
    NORTHLIGHT,
    NORTHLIGHT_ACCOUNT,
    OWNER,
    PIXEL,
    PIXEL_2,
    PIXEL_3,
)
from tests.support.example import NORTHLIGHT_ACCOUNT_2 as SECOND

WAITS = {**SUCCESS, "requires_admin_approval": True}
TO_HARBOUR = f"POST {PIXEL_3}/agencies?business={HARBOUR}&permitted_tasks=['UPLOAD']"
GRANT = f"POST agencies?business={NORTHLIGHT}&permitted_tasks=['UPLOAD']"
END = f"DELETE agencies?business={NORTHLIGHT}"
ENDED = {SHARE: None, PERMISSION: None}
ACCOUNTS = f"shared_accounts?business={NORTHLIGHT}&account_id="


@pytest.mark.parametrize(
    ("setting", "call", "changed"),
    [
        ("grants", GRANT, {SHARE: {"UPLOAD"}}),
        ("always", GRANT, {SHARE: {"UPLOAD"}}),
        ("grants", TO_HARBOUR, {REQUEST: ("PENDING", {PIXEL_3: ("UPLOAD",)})}),
        ("grants", f"POST {ACCOUNTS}{SECOND}", {(*SHARE, SECOND): True}),
        ("removals", END, ENDED),
        ("always", END, ENDED),
        ("removals", f"DELETE {ACCOUNTS}{NORTHLIGHT_ACCOUNT}", {PERMISSION: None}),
    ],
)
def test_a_write_takes_effect_when_the_admin_approves_it(
    sim: Simulator, api: Api, setting: str, call: str, changed: State
) -> None:
    row(call, {}, token=ALL, answer=WAITS, admin_approval=setting)(sim, api)
    before = state(sim)

    assert sim.approve() == 1
    assert_changed(sim, before, changed)


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
