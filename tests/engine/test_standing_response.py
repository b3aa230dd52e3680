"""A standing response on the engine: later requests, and access that the owner ends."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.support.example import HARBOUR, HARBOUR_ACCOUNT, OWNER, PIXEL
from tests.support.programs import permission, program, standing_response
from tests.support.stack import Stack

pytestmark = pytest.mark.engine

#: The agency's own stack. It declares no share.
CLIENT = program(
    standing_response("client", OWNER, HARBOUR, credentials="harbour"),
    permission(
        "account",
        PIXEL,
        HARBOUR,
        HARBOUR_ACCOUNT,
        credentials="harbour",
        opts="depends_on=[client]",
    ),
)


def statuses(stack: Stack) -> list[object]:
    resources = stack.resources()
    return [resources[name]["status"] for name in ("client", "account")]


def test_a_later_request_is_found_by_a_refresh_and_its_ad_account_follows(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    sim.set(request_node="BusinessAgreement")
    made = stack(CLIENT)
    made.up()
    assert statuses(made) == ["WAITING", "WAITING_FOR_SHARE"]
    plan = made.home / "plan.json"
    made.preview("--refresh", "--save-plan", str(plan))
    sim.ask(PIXEL, HARBOUR, ["ADVERTISE"])

    made.up()
    assert len(sim.open_requests()) == 1

    failed = made.up("--refresh", "--plan", str(plan), ok=False)
    assert "client" in failed.output
    assert len(sim.open_requests()) == 1

    made.up("--refresh")
    assert statuses(made) == ["ANSWERED", "ACTIVE"]
    made.expect_no_changes()


def test_access_that_the_owner_ends_and_gives_back_is_followed(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    sim.share(PIXEL, HARBOUR, ["ADVERTISE"])
    made = stack(CLIENT)
    made.up()
    assert statuses(made) == ["WAITING", "ACTIVE"]

    sim.unshare(PIXEL, HARBOUR)
    made.up("--refresh")
    assert statuses(made) == ["WAITING", "ENDED_BY_OWNER"]
    told = made.expect_no_changes()
    assert "its owner ended the access" in " ".join(told.output.split())

    sim.share(PIXEL, HARBOUR, ["ADVERTISE"])
    made.up("--refresh")
    assert statuses(made) == ["WAITING", "ACTIVE"]

    destroyed = made.destroy()
    assert "only the owner can end this access" in " ".join(destroyed.output.split())
    assert (PIXEL, HARBOUR) in sim.shares()
    assert sim.permissions() == set()
