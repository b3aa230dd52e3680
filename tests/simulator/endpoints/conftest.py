"""The rows of the tables of endpoints."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any, NamedTuple

from metapixel_simulator import (
    AccountAssignment,
    AdAccount,
    Assignment,
    Invitation,
    Permission,
    Share,
    SharingRequest,
    Simulator,
    Token,
    User,
)
from metapixel_simulator.things import Thing
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

#: The request that waits for Harbour, the system user of Northlight, and an app.
REQUEST, SYSTEM_USER, APP = "2400000000000001", "122200000000001", "700100200300401"
SHARE, PERMISSION = (PIXEL, NORTHLIGHT), (PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)
#: The token of a person who is an admin of all businesses.
ALL = "token-of-all"
EVERYONE, INVITED, SCOPES = "9", "50", ("business_management", "ads_management", "ads_read")
ESTATE = (
    User(EVERYONE, "Everyone", dict.fromkeys((OWNER, NORTHLIGHT, HARBOUR), "ADMIN")),
    Token(ALL, EVERYONE, APP, SCOPES),
    Share(*SHARE, ("ADVERTISE", "ANALYZE")),
    Share(PIXEL_2, NORTHLIGHT, ("UPLOAD",)),
    Permission(*PERMISSION),
    Assignment(PIXEL, SYSTEM_USER, ("UPLOAD",)),
    AccountAssignment(OWNER_ACCOUNT, SYSTEM_USER),
    AdAccount(OWNER_ACCOUNT, "Acme house account", OWNER, (NORTHLIGHT,)),
    Invitation(INVITED, OWNER, "bo@acme.example"),
    SharingRequest(REQUEST, OWNER, HARBOUR, {PIXEL_3: ("ANALYZE",)}),
)
SUCCESS: Answer = {"success": True}
WAITS: Answer = {**SUCCESS, "requires_admin_approval": True}

#: The values of what calls can change, by the keys of shares, permissions, requests and so on.
State = dict[str | tuple[str, ...], object]
Row = Callable[[Simulator, Api], None]


class Error(NamedTuple):
    """An error with this text in its message."""

    code: int
    told: str
    subcode: int | None = None
    type: str = "OAuthException"


def row(
    call: str,
    expected: Mapping[Any, object] | Error,
    *world: Thing,
    token: str = ALL,
    answer: Answer = SUCCESS,
    **switches: object,
) -> Row:
    """Return the test of a call in the world of `ESTATE` and more things.

    A read is expected to return an answer, which is compared without `paging` and with sorted
    tasks. A write is expected to return `answer`, and to give these values to things. The value of
    a thing that is gone is None. A write that `WAITS` is approved by another admin.
    """

    def check(sim: Simulator, api: Api) -> None:
        sim.world.add(*deepcopy((*ESTATE, *world)))
        sim.set(**switches)
        before = state(sim)

        found = api.call(call, token)

        changed: State = {}
        if isinstance(expected, Error):
            error = found["error"]
            parts = (error["code"], error.get("error_subcode"), error["type"])
            assert parts == (expected.code, expected.subcode, expected.type)
            assert expected.told in error["message"]
            assert error["fbtrace_id"]
            assert api.last.status_code == {1: 500, 10: 403, 200: 403}.get(expected.code, 400)
        elif call.startswith("GET "):
            assert json.loads(api.last.text, object_hook=_plain) == expected
        else:
            assert found == answer
            if answer == WAITS:
                assert_changed(sim, before, {})
                assert sim.approve() == 1
            changed = {**expected}
        assert_changed(sim, before, changed)

    return check


def refused(code: int, calls: dict[str, str], token: str = ALL) -> dict[str, Row]:
    """Return the tests of calls that are refused with this code and the texts before them."""
    return {
        f"{call.partition('?')[0]}: {told}": row(call, Error(code, told), token=token)
        for told, call in calls.items()
    }


def unknown(call: str, node: str, token: str = ALL) -> dict[str, Row]:
    """Return the test of a call to an object that does not exist or is out of sight."""
    told = f"'{node}' does not exist, cannot be loaded due to missing permissions"
    error = Error(100, told, 33, "GraphMethodException")
    return {f"{call}: unknown": row(call, error, token=token)}


def state(sim: Simulator) -> State:
    """Return all that calls can change."""
    world = sim.world
    return {
        **{key: {*tasks} for key, tasks in {**world.shares, **world.assignments}.items()},
        **{key: {*tasks} for key, tasks in world.account_assignments.items()},
        **{(key, of): True for key, each in world.ad_accounts.items() for of in each.client_of},
        **dict.fromkeys([*world.permissions, *world.relationships], True),
        **{key: (each.status, dict(each.pixels)) for key, each in world.requests.items()},
    }


def assert_changed(sim: Simulator, before: State, changed: State) -> None:
    left = {key: value for key, value in (before | changed).items() if value is not None}
    assert state(sim) == left


def _plain(node: Answer) -> Answer:
    return {
        key: sorted(value) if key in ("permitted_tasks", "tasks") else value
        for key, value in node.items()
        if key != "paging"
    }
