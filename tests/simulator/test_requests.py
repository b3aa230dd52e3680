import pytest

from metapixel_simulator import Simulator
from tests.simulator.conftest import Api
from tests.support.example import HARBOUR, NORTHLIGHT, OWNER, PIXEL, PIXEL_2, PIXEL_3


def ask(api: Api, pixel: str, agency: str, *tasks: str) -> str:
    request: str = api.share(pixel, agency, *tasks)["pending_request_id"]
    return request


def status(api: Api, request: str, token: str = "owner-token") -> str:
    found: str = api.get(request, token, fields="request_status")["request_status"]
    return found


def test_several_pixels_for_one_agency_share_a_request(sim: Simulator, api: Api) -> None:
    first = ask(api, PIXEL, HARBOUR, "ANALYZE")
    second = ask(api, PIXEL_2, HARBOUR, "UPLOAD")

    assert first == second
    assert sim.request(first).pixels == {PIXEL: ("ANALYZE",), PIXEL_2: ("UPLOAD",)}


def test_accepting_shares_every_pixel_of_the_request(sim: Simulator, api: Api) -> None:
    request = ask(api, PIXEL, HARBOUR, "ANALYZE")
    ask(api, PIXEL_2, HARBOUR, "UPLOAD")

    answer = api.post(request, "harbour-token", request_status="approve")

    assert answer == {"success": True}
    assert status(api, request) == "APPROVE"
    assert sim.shares() == {
        (PIXEL, HARBOUR): frozenset({"ANALYZE"}),
        (PIXEL_2, HARBOUR): frozenset({"UPLOAD"}),
    }


def test_after_acceptance_the_next_pixel_is_shared_at_once(api: Api) -> None:
    api.post(ask(api, PIXEL, HARBOUR), "harbour-token", request_status="APPROVE")

    assert api.share(PIXEL_3, HARBOUR) == {"success": True}


@pytest.mark.parametrize("parameter", ["request_status", "request_response"])
@pytest.mark.parametrize("word", ["decline", "DECLINE", '"decline"'])
def test_an_answer_is_taken_in_each_spelling(
    sim: Simulator, api: Api, parameter: str, word: str
) -> None:
    request = ask(api, PIXEL, HARBOUR)

    api.post(request, "harbour-token", **{parameter: word})

    assert sim.request(request).status == "DECLINE"


def test_after_a_decline_sharing_asks_anew(sim: Simulator, api: Api) -> None:
    declined = ask(api, PIXEL, HARBOUR)
    api.post(declined, "harbour-token", request_status="decline")

    again = ask(api, PIXEL, HARBOUR)

    assert again != declined
    assert sim.shares() == {}


def test_only_the_recipients_admin_can_answer(sim: Simulator, api: Api) -> None:
    request = ask(api, PIXEL, HARBOUR)

    error = api.post(request, "owner-token", request_status="approve")["error"]

    assert error["code"] == 10
    assert "Harbour Performance" in error["message"]
    assert sim.request(request).is_open


def test_a_request_is_answered_once(api: Api) -> None:
    request = ask(api, PIXEL, HARBOUR)
    api.post(request, "harbour-token", request_status="decline")

    error = api.post(request, "harbour-token", request_status="approve")["error"]

    assert error["code"] == 100
    assert "DECLINE" in error["message"]


def test_strangers_do_not_see_a_request(api: Api) -> None:
    request = ask(api, PIXEL, HARBOUR)

    error = api.get(request, "northlight-token")["error"]

    assert (error["code"], error["error_subcode"]) == (100, 33)


def test_an_unanswered_request_expires(sim: Simulator, api: Api) -> None:
    request = ask(api, PIXEL, HARBOUR)

    sim.advance(days=29)
    before = status(api, request)
    sim.advance(days=1)

    assert (before, status(api, request)) == ("PENDING", "EXPIRED")


def test_both_sides_list_their_agreements_and_filter_them(sim: Simulator, api: Api) -> None:
    request = ask(api, PIXEL, HARBOUR)
    path = f"{OWNER}/initiated_sharing_agreements"

    pending = api.get(path, request_status="pending", receiving_business_id=HARBOUR)["data"]
    to_others = api.get(path, receiving_business_id=NORTHLIGHT)["data"]
    declined = api.get(path, request_status="DECLINE")["data"]
    received = api.get(
        f"{HARBOUR}/received_sharing_agreements",
        "harbour-token",
        requesting_business_id=OWNER,
        fields="id,request_status,initiator,recipient",
    )["data"]

    assert [row["id"] for row in pending] == [request]
    assert (to_others, declined) == ([], [])
    assert received == [
        {
            "id": request,
            "request_status": "PENDING",
            "initiator": {"id": OWNER, "name": "Acme Outdoor"},
            "recipient": {"id": HARBOUR, "name": "Harbour Performance"},
        }
    ]


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
def test_a_request_can_be_put_in_every_status(sim: Simulator, api: Api, wanted: str) -> None:
    request = ask(api, PIXEL, HARBOUR)

    sim.answer(request, wanted)

    assert status(api, request) == wanted
    assert bool(sim.shares()) == (wanted in ("APPROVE", "MMA_DIRECT_ASSETS_APPROVED"))
    assert bool(sim.open_requests()) == ("PENDING" in wanted or wanted == "IN_PROGRESS")


def test_sharing_by_hand_leaves_nothing_to_accept(sim: Simulator, api: Api) -> None:
    ask(api, PIXEL, HARBOUR)

    sim.share(PIXEL, HARBOUR, ["UPLOAD"])

    assert sim.open_requests() == []
