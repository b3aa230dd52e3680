"""/{request}, and the lists of requests."""

import pytest

from metapixel_simulator import Simulator
from tests.simulator.conftest import Api
from tests.support.example import HARBOUR, NORTHLIGHT, OWNER, PIXEL, PIXEL_2, PIXEL_3


def status(api: Api, request: str) -> str:
    found: str = api.get(request, fields="request_status")["request_status"]
    return found


@pytest.fixture
def request_id(api: Api) -> str:
    found: str = api.share(PIXEL, HARBOUR, "ANALYZE")["pending_request_id"]
    return found


def test_accepting_shares_every_pixel_of_the_request(
    sim: Simulator, api: Api, request_id: str
) -> None:
    second = api.share(PIXEL_2, HARBOUR, "UPLOAD")["pending_request_id"]
    asked = sim.request(request_id).pixels

    answer = api.post(request_id, "harbour-token", request_status="approve")

    assert second == request_id
    assert asked == {PIXEL: ("ANALYZE",), PIXEL_2: ("UPLOAD",)}
    assert answer == {"success": True}
    assert status(api, request_id) == "APPROVE"
    assert sim.shares() == {
        (PIXEL, HARBOUR): frozenset({"ANALYZE"}),
        (PIXEL_2, HARBOUR): frozenset({"UPLOAD"}),
    }
    # From now on, the next pixel is shared at once.
    assert api.share(PIXEL_3, HARBOUR) == {"success": True}


@pytest.mark.parametrize("parameter", ["request_status", "request_response"])
@pytest.mark.parametrize("word", ["decline", "DECLINE", '"decline"'])
def test_an_answer_is_taken_in_each_spelling(
    sim: Simulator, api: Api, request_id: str, parameter: str, word: str
) -> None:
    api.post(request_id, "harbour-token", **{parameter: word})

    assert sim.request(request_id).status == "DECLINE"


def test_after_a_decline_sharing_asks_anew(sim: Simulator, api: Api, request_id: str) -> None:
    api.post(request_id, "harbour-token", request_status="decline")

    assert api.share(PIXEL, HARBOUR)["pending_request_id"] != request_id
    assert sim.shares() == {}


@pytest.mark.parametrize(
    ("token", "answer", "code", "told"),
    [
        ("owner-token", {"request_status": "approve"}, 10, "Harbour Performance"),
        ("northlight-token", {"request_status": "approve"}, 100, "does not exist"),
        ("harbour-token", {"request_status": "maybe"}, 100, "must be one of {APPROVE, DECLINE}"),
        ("harbour-token", {}, 100, "The parameter request_status is required"),
    ],
)
def test_an_answer_that_meta_refuses(
    sim: Simulator,
    api: Api,
    request_id: str,
    token: str,
    answer: dict[str, str],
    code: int,
    told: str,
) -> None:
    error = api.post(request_id, token, **answer)["error"]

    assert error["code"] == code
    assert told in error["message"]
    assert sim.request(request_id).is_open


def test_a_request_is_answered_once(api: Api, request_id: str) -> None:
    api.post(request_id, "harbour-token", request_status="decline")

    error = api.post(request_id, "harbour-token", request_status="approve")["error"]

    assert error["code"] == 100
    assert "DECLINE" in error["message"]


def test_strangers_do_not_see_a_request(api: Api, request_id: str) -> None:
    error = api.get(request_id, "northlight-token")["error"]

    assert (error["code"], error["error_subcode"]) == (100, 33)


def test_an_unanswered_request_expires(sim: Simulator, api: Api, request_id: str) -> None:
    sim.advance(days=29)
    before = status(api, request_id)
    sim.advance(days=1)

    assert (before, status(api, request_id)) == ("PENDING", "EXPIRED")


@pytest.mark.parametrize(
    ("params", "is_listed"),
    [
        ({"request_status": "pending", "receiving_business_id": HARBOUR}, True),
        ({"receiving_business_id": NORTHLIGHT}, False),
        ({"request_status": "DECLINE"}, False),
    ],
)
def test_an_owner_lists_the_requests_that_it_sent(
    api: Api, request_id: str, params: dict[str, str], is_listed: bool
) -> None:
    rows = api.get(f"{OWNER}/initiated_sharing_agreements", **params)["data"]

    assert [row["id"] for row in rows] == [request_id] * is_listed


def test_an_agency_lists_the_requests_that_it_received(api: Api, request_id: str) -> None:
    path, fields = f"{HARBOUR}/received_sharing_agreements", "id,request_status,initiator,recipient"

    rows = api.get(path, "harbour-token", requesting_business_id=OWNER, fields=fields)["data"]

    assert rows == [
        {
            "id": request_id,
            "request_status": "PENDING",
            "initiator": {"id": OWNER, "name": "Acme Outdoor"},
            "recipient": {"id": HARBOUR, "name": "Harbour Performance"},
        }
    ]
    assert (
        "must be one of"
        in api.get(path, "harbour-token", request_status="LATE")["error"]["message"]
    )


@pytest.mark.parametrize(
    "wanted",
    [
        "APPROVE",
        "DECLINE",
        "CANCELED",
        "EXPIRED",
        "IN_PROGRESS",
        "PENDING",
        "PENDING_EMAIL_VERIFICATION",
        "PENDING_INTEGRITY_REVIEW",
        "MMA_DIRECT_ASSETS_APPROVED",
        "MMA_DIRECT_ASSETS_DECLINED",
        "MMA_DIRECT_ASSETS_EXPIRED",
        "MMA_DIRECT_ASSETS_PENDING",
    ],
)
def test_a_request_can_be_put_in_every_status(
    sim: Simulator, api: Api, request_id: str, wanted: str
) -> None:
    sim.answer(request_id, wanted)

    assert status(api, request_id) == wanted
    assert bool(sim.shares()) == (wanted in ("APPROVE", "MMA_DIRECT_ASSETS_APPROVED"))
    assert bool(sim.open_requests()) == ("PENDING" in wanted or wanted == "IN_PROGRESS")


def test_sharing_by_hand_leaves_nothing_to_accept(sim: Simulator, request_id: str) -> None:
    sim.share(PIXEL, HARBOUR, ["UPLOAD"])

    assert not sim.request(request_id).is_open
