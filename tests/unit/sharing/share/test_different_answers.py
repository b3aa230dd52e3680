"""Meta answers otherwise than its documentation: the state stays true, and nothing is lost."""

from __future__ import annotations

import json

import pytest

from metapixel_provider.errors import PermissionMissingError
from metapixel_provider.sharing.contract import Outcome
from metapixel_simulator import Simulator
from tests.support.example import HARBOUR, NORTHLIGHT, PIXEL
from tests.unit.conftest import MetaMaker
from tests.unit.sharing.support import SHARES, share, texts

PAIR = (PIXEL, NORTHLIGHT)
ACTIVE, ASKED, UPLOAD = share(), share(HARBOUR), share(NORTHLIGHT, "UPLOAD")


def answer(sim: Simulator, endpoint: str, body: object, when: str = "after") -> None:
    """Meta answers all calls of an endpoint with this, after their effect or without one."""
    text = json.dumps(body)
    sim.fault(endpoint, kind="status", status=200, body=text, when=when, times=-1)


def asked(sim: Simulator, meta: MetaMaker) -> Outcome:
    """A share that waits in a request whose node only the agency may read."""
    sim.fault("GET request", kind="graph_error", code=10, times=-1)
    return SHARES.create(meta(), ASKED)


# A request that the owner cannot read


@pytest.mark.parametrize(
    ("status", "becomes"),
    [
        ("PENDING", "PENDING"),
        ("APPROVE", "ACTIVE"),
        ("DECLINE", "DECLINED"),
        ("CANCELED", "CANCELED"),
        ("EXPIRED", "EXPIRED"),
        ("FROZEN", "PENDING"),
    ],
)
def test_a_request_that_only_the_agency_may_read_is_read_from_the_list_of_the_owner(
    sim: Simulator, meta: MetaMaker, status: str, becomes: str
) -> None:
    waiting = asked(sim, meta)
    request_id = str(waiting.outputs["pending_request_id"])
    if becomes == "ACTIVE":
        sim.answer(request_id, status)
    sim.world.requests[request_id].status = status

    read = SHARES.read(meta(), waiting.outputs)

    assert read.outputs["status"] == becomes
    assert bool(read.outputs["granted_tasks"]) is (becomes == "ACTIVE")
    assert ("returns the status FROZEN" in texts(read.notices)) is (status == "FROZEN")
    assert sim.count("POST agencies") == 1


def test_a_request_that_nothing_lets_the_owner_read_is_an_error_that_names_it(
    sim: Simulator, meta: MetaMaker
) -> None:
    waiting = asked(sim, meta)
    sim.fault("GET initiated_sharing_agreements", kind="graph_error", code=10, times=-1)

    with pytest.raises(PermissionMissingError, match="read the sharing requests that business"):
        SHARES.read(meta(), waiting.outputs)


# Answers to writes


# Answers to reads


def test_an_empty_list_of_sent_requests_loses_no_request(sim: Simulator, meta: MetaMaker) -> None:
    answer(sim, "GET initiated_sharing_agreements", {"data": []})
    waiting = SHARES.create(meta(), ASKED)

    assert SHARES.read(meta(), waiting.outputs).outputs == waiting.outputs
    assert SHARES.delete(meta(), waiting.outputs) == ()
    assert sim.open_requests() == []
