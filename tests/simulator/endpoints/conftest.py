"""The rows of the tables of endpoints."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from copy import deepcopy

import pytest

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
from tests.conftest import Approve
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
WAITS: Answer = {"success": True, "requires_admin_approval": True}

#: The values of what calls can change, by the keys of shares, permissions, requests and so on.
State = dict[str | tuple[str, ...], object]
#: Tells what a call returned and changed.
Row = Callable[[Simulator, Api], str]
Rows = Mapping[str, Row]
#: Compares what rows tell with a file of tests/approved.
ApproveRows = Callable[[str, Rows], None]


@pytest.fixture
def approve_rows(sim: Simulator, api: Api, approve: Approve) -> ApproveRows:
    def compare(name: str, rows: Rows) -> None:
        approve(name, "".join(f"{each}: {told(sim, api)}\n" for each, told in rows.items()))

    return compare


def row(call: str, *things: Thing, token: str = ALL, **switches: object) -> Row:
    """Return a call in the world of `ESTATE` and more things.

    An answer is told without `paging` and with sorted tasks, and an error without its trace id. A
    write that waits for the approval of another admin is approved.
    """

    def told(sim: Simulator, api: Api) -> str:
        sim.reset()
        sim.world.add(*deepcopy((*ESTATE, *things)))
        sim.set(**switches)
        before = state(sim)

        found = json.loads(api.send(call, token).text, object_hook=_plain)

        if found == WAITS:
            assert state(sim) == before
            assert sim.approve() == 1
        after = state(sim)
        changes = [
            f"; {key}: {before.get(key)} > {after.get(key)}"
            for key in sorted(before | after, key=str)
            if before.get(key) != after.get(key)
        ]
        if "error" in found:
            assert found["error"].pop("fbtrace_id")
        answer = re.sub(r"\w+, \d\d-\w+-\d\d [\d:]+ UTC", "TIME", json.dumps(found))
        return f"{api.last.status_code} {answer}{''.join(changes)}"

    return told


def calls(*made: str, token: str = ALL) -> dict[str, Row]:
    """Return calls that need no other name."""
    return {f"{call}, {token}" if token != ALL else call: row(call, token=token) for call in made}


def state(sim: Simulator) -> State:
    """Return all that calls can change."""
    world = sim.world
    tasks = {**world.shares, **world.assignments, **world.account_assignments}
    return {
        **{key: sorted(each) for key, each in tasks.items()},
        **{(key, of): True for key, each in world.ad_accounts.items() for of in each.client_of},
        **dict.fromkeys([*world.permissions, *world.relationships], True),
        **{key: (each.status, dict(each.pixels)) for key, each in world.requests.items()},
    }


def _plain(node: Answer) -> Answer:
    return {
        key: sorted(value) if key in ("permitted_tasks", "tasks") else value
        for key, value in node.items()
        if key != "paging"
    }
