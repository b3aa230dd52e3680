"""A request and the lists of requests, after the guide and BusinessAgreement of Meta."""

from __future__ import annotations

import pytest

from metapixel_simulator import Pixel, SharingRequest, Simulator
from metapixel_simulator.things import REQUEST_STATUSES
from tests.simulator.conftest import Api
from tests.simulator.endpoints.conftest import REQUEST, ApproveRows, calls, row
from tests.support.example import HARBOUR, NORTHLIGHT, OWNER, PIXEL, PIXEL_3

ASKED: dict[str, tuple[str, ...]] = {PIXEL_3: ("ANALYZE",)}
REQUESTS = {
    "initiated": f"{OWNER}/initiated_sharing_agreements",
    "received": f"{HARBOUR}/received_sharing_agreements",
}


def answer(words: str) -> str:
    return f"POST {REQUEST}?{words}"


def listed(edge: str, filters: str) -> str:
    return f"GET {REQUESTS[edge]}?{filters}"


ROWS = {
    "to accept shares each pixel and makes a relationship": row(
        answer("request_status=approve"),
        SharingRequest(REQUEST, OWNER, HARBOUR, ASKED | {PIXEL: ("UPLOAD",)}),
    ),
    "an ended request takes no answer": row(
        answer("request_status=approve"),
        SharingRequest(REQUEST, OWNER, HARBOUR, ASKED, "DECLINE"),
    ),
    "an agreement has no parties": row(
        f"GET {REQUEST}?fields=initiator", request_node="BusinessAgreement"
    ),
    "an agreement has a status": row(
        f"GET {REQUEST}?fields=request_status", request_node="BusinessAgreement"
    ),
    "sent with this status to this recipient": row(
        listed("initiated", f"request_status=pending&receiving_business_id={HARBOUR}")
    ),
    "sent to others": row(listed("initiated", f"receiving_business_id={NORTHLIGHT}")),
    "sent with another status": row(listed("initiated", "request_status=DECLINE")),
    "received from others": row(listed("received", f"requesting_business_id={NORTHLIGHT}")),
    "received from others by the switch": row(
        listed("received", f"requesting_business_id={NORTHLIGHT}"), received_filter="ignored"
    ),
    "received with another status": row(
        listed("received", "request_status=DECLINE"), received_filter="ignored"
    ),
    **calls(
        answer("request_status=decline"),
        answer("request_status=DECLINE"),
        answer('request_status="decline"'),
        answer("request_status=maybe"),
        answer(""),
        listed("initiated", "request_status=LATE"),
        f"GET {REQUEST}",
    ),
    **calls(answer("request_status=approve"), token="owner-token"),
    **calls(answer("request_status=approve"), f"GET {REQUEST}", token="northlight-token"),
}


def test_calls_to_requests_are_approved(approve_rows: ApproveRows) -> None:
    approve_rows("simulator-requests.txt", ROWS)


@pytest.fixture
def request_id(api: Api) -> str:
    return api.ask(PIXEL, HARBOUR, "ANALYZE")


@pytest.mark.parametrize(("setting", "status"), [(30, "EXPIRED"), ("never", "PENDING")])
def test_an_unanswered_request_expires_by_the_switch(
    sim: Simulator, api: Api, request_id: str, setting: int | str, status: str
) -> None:
    sim.set(request_expiry=setting)
    sim.advance(days=29)
    before = api.status(request_id)
    sim.advance(days=1)

    assert (before, api.status(request_id)) == ("PENDING", status)


def test_two_owners_have_a_request_each_to_one_agency(sim: Simulator, request_id: str) -> None:
    sim.world.add(Pixel("9", "Other", owner=NORTHLIGHT))

    assert sim.ask("9", HARBOUR, ["ANALYZE"]) not in (None, request_id)


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


@pytest.mark.parametrize(("status", "days"), [("DECLINE", 7), ("CANCELED", 7), ("EXPIRED", 1)])
def test_an_ended_request_is_purged_seven_days_after_its_end(
    sim: Simulator, api: Api, request_id: str, status: str, days: int
) -> None:
    sim.set(request_purged_after=7)
    if status == "DECLINE":
        sim.answer(request_id, "decline")
    elif status == "CANCELED":
        api.unshare(PIXEL, HARBOUR)
    else:
        sim.advance(days=30 + 6)
    before = api.status(request_id)

    sim.advance(days=days)

    assert before == status
    for call in (f"POST {request_id}?request_status=approve", f"GET {request_id}"):
        assert api.call(call, "harbour-token")["error"]["error_subcode"] == 33
    assert api.call(f"GET {OWNER}/initiated_sharing_agreements")["data"] == []
    assert sim.requests[-2].endpoint == "GET request"


def test_a_request_that_is_purged_at_once_is_read_until_reads_are_current(
    sim: Simulator, api: Api, request_id: str
) -> None:
    sim.set(request_purged_after=0, stale_reads=1)

    sim.answer(request_id, "decline")

    assert api.status(request_id) == "PENDING"
    assert api.call(f"GET {request_id}")["error"]["error_subcode"] == 33
