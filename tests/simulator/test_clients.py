"""The lists of an agency: the pixels that clients share with it, and the requests that it gets."""

import pytest

from metapixel_simulator import Relationship, Simulator, World
from tests.simulator.conftest import Answer, Api
from tests.support.example import HARBOUR, NORTHLIGHT, OWNER, PIXEL
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
