"""The lists of an agency: the pixels that clients share with it, and the requests that it gets."""

import pytest

from metapixel_simulator import Relationship, Simulator, World
from tests.simulator.conftest import Answer, Api
from tests.support.example import HARBOUR, NORTHLIGHT, OWNER, PIXEL, PIXEL_2, PIXEL_3
from tests.support.worlds import agency_and_clients

RECEIVED = f"{HARBOUR}/received_sharing_agreements"


def received(api: Api, **params: str) -> Answer:
    return api.get(RECEIVED, "harbour-token", fields="id,request_status", **params)


def client_pixels(api: Api) -> list[str]:
    rows = api.get(f"{HARBOUR}/client_pixels", "harbour-token", fields="id")["data"]
    return [row["id"] for row in rows]


@pytest.mark.parametrize(("setting", "rows"), [("honoured", 0), ("ignored", 1)])
def test_received_filter(sim: Simulator, api: Api, setting: str, rows: int) -> None:
    sim.set(received_filter=setting)
    api.share(PIXEL, HARBOUR)

    assert len(received(api, requesting_business_id=OWNER)["data"]) == 1
    assert len(received(api, requesting_business_id=NORTHLIGHT)["data"]) == rows
    assert len(received(api, requesting_business_id=HARBOUR)["data"]) == rows
    assert received(api, requesting_business_id=HARBOUR, request_status="DECLINE")["data"] == []


def test_received_requests_lag_behind_a_request_and_its_answer(sim: Simulator, api: Api) -> None:
    sim.set(stale_reads=1)
    request = api.share(PIXEL, HARBOUR)["pending_request_id"]

    asked = [received(api)["data"] for _ in range(2)]
    sim.answer(request, "decline")
    answered = [received(api)["data"] for _ in range(2)]

    pending = {"id": request, "request_status": "PENDING"}
    assert asked == [[], [pending]]
    assert answered == [[pending], [{"id": request, "request_status": "DECLINE"}]]


def test_client_pixels_lag_behind_a_share_and_its_end(sim: Simulator, api: Api) -> None:
    sim.set(stale_reads=1)

    sim.share(PIXEL, HARBOUR, ["ANALYZE"])
    shared = [client_pixels(api) for _ in range(2)]
    sim.unshare(PIXEL, HARBOUR)
    ended = [client_pixels(api) for _ in range(2)]

    assert shared == [[], [PIXEL]]
    assert ended == [[PIXEL], []]


def test_each_list_of_an_agency_counts_its_old_reads(sim: Simulator, api: Api) -> None:
    sim.set(stale_reads=1)
    request = api.share(PIXEL, HARBOUR)["pending_request_id"]
    received(api)

    api.post(request, "harbour-token", request_status="approve")

    assert [client_pixels(api) for _ in range(2)] == [[], [PIXEL]]
    statuses = [received(api)["data"][0]["request_status"] for _ in range(2)]
    assert statuses == ["PENDING", "APPROVE"]


def test_a_business_agreement_lists_neither_the_owner_nor_the_agency(
    sim: Simulator, api: Api
) -> None:
    sim.set(request_node="BusinessAgreement")
    request = api.share(PIXEL, HARBOUR)["pending_request_id"]

    listed = received(api)["data"]
    error = api.get(RECEIVED, "harbour-token", fields="id,initiator{id}")["error"]

    assert listed == [{"id": request, "request_status": "PENDING"}]
    assert (error["code"], error["message"]) == (
        100,
        "(#100) Tried accessing nonexisting field (initiator) on node type (BusinessAgreement)",
    )


def test_pending_shared_pixels_is_an_unknown_path(api: Api) -> None:
    api.share(PIXEL, HARBOUR)

    error = api.get(f"{HARBOUR}/pending_shared_pixels", "harbour-token")["error"]

    assert error["code"] == 2500
    assert "Unknown path components: /pending_shared_pixels" in error["message"]


def test_pending_shared_pixels_lists_the_pixels_of_open_requests(sim: Simulator, api: Api) -> None:
    sim.set(pending_shared_pixels="listed")
    path = f"{HARBOUR}/pending_shared_pixels"
    request = api.share(PIXEL, HARBOUR)["pending_request_id"]

    waiting = api.get(path, "harbour-token", fields="name,owner_business{id}")["data"]
    sim.answer(request, "decline")

    assert waiting == [
        {"name": "Acme web shop", "owner_business": {"id": OWNER}, "id": PIXEL},
    ]
    assert api.get(path, "harbour-token")["data"] == []
    assert api.get(path)["error"]["code"] == 10


@pytest.mark.parametrize(
    ("setting", "shared", "waiting"),
    [("whole_request", {PIXEL, PIXEL_2}, set()), ("asset", {PIXEL}, {PIXEL_2})],
)
def test_an_approval_with_asset_id(
    sim: Simulator, api: Api, setting: str, shared: set[str], waiting: set[str]
) -> None:
    sim.set(answer_asset_id=setting)
    api.share(PIXEL, HARBOUR)
    request = api.share(PIXEL_2, HARBOUR)["pending_request_id"]

    api.post(request, "harbour-token", request_status="approve", asset_id=PIXEL)

    assert set(client_pixels(api)) == shared
    assert {pixel for each in sim.open_requests() for pixel in each.pixels} == waiting
    assert api.share(PIXEL_3, HARBOUR) == {"success": True}


def test_a_decline_with_asset_id_leaves_the_other_pixels_in_the_request(
    sim: Simulator, api: Api
) -> None:
    sim.set(answer_asset_id="asset")
    api.share(PIXEL, HARBOUR)
    request = api.share(PIXEL_2, HARBOUR)["pending_request_id"]

    api.post(request, "harbour-token", request_status="decline", asset_id=PIXEL)
    first = sim.request(request)
    api.post(request, "harbour-token", request_status="decline", asset_id=PIXEL_2)

    assert (first.status, list(first.pixels)) == ("PENDING", [PIXEL_2])
    assert sim.request(request).status == "DECLINE"
    assert api.share(PIXEL, HARBOUR)["pending_request_id"] != request


@pytest.mark.parametrize(
    ("setting", "pixels"), [("ends_relationship_and_shares", []), ("ends_relationship", [PIXEL])]
)
def test_delete_clients(sim: Simulator, api: Api, setting: str, pixels: list[str]) -> None:
    sim.set(delete_clients=setting)
    sim.world.add(Relationship(OWNER, HARBOUR))
    api.share(PIXEL, HARBOUR)
    path = f"{HARBOUR}/clients"

    answer = api.delete(path, "harbour-token", business=OWNER)

    assert answer == {"success": True}
    assert client_pixels(api) == pixels
    assert api.get(path, "harbour-token")["data"] == []
    assert "pending_request_id" in api.share(PIXEL_2, HARBOUR)


def test_delete_clients_needs_a_client_and_an_admin_of_the_agency(api: Api) -> None:
    stranger = api.delete(f"{HARBOUR}/clients", "harbour-token", business=OWNER)["error"]
    owner = api.delete(f"{NORTHLIGHT}/clients", business=OWNER)["error"]

    assert (stranger["code"], owner["code"]) == (100, 10)


def test_delete_clients_may_be_unsupported(sim: Simulator, api: Api) -> None:
    sim.set(delete_clients="unsupported")

    error = api.delete(f"{NORTHLIGHT}/clients", "northlight-token", business=OWNER)["error"]

    assert (error["code"], error["error_subcode"]) == (100, 33)
    assert sim.world.relationships == {(OWNER, NORTHLIGHT)}


def test_an_agency_has_fifty_clients_of_which_some_ask() -> None:
    clients = [str(1000 + number) for number in range(50)]
    world = agency_and_clients("2000", clients, token="the-agency")
    world.add(*(Relationship(each, "2000") for each in clients[:20]))
    with Simulator(world) as sim:
        api = Api(sim.url)

        asked = [sim.ask(f"{each}01", "2000", ["ADVERTISE"]) for each in clients[:30]]

        shared = api.get("2000/client_pixels", "the-agency", limit=100)["data"]
        waiting = api.get("2000/received_sharing_agreements", "the-agency")["data"]
        assert [row["id"] for row in shared] == [f"{each}01" for each in clients[:20]]
        assert asked == [None] * 20 + [row["id"] for row in waiting]
        assert World.parse(sim.world.dump()).dump() == sim.world.dump()
