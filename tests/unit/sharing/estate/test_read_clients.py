"""A read of what an agency received returns the world, or states for each part why it does not."""

from __future__ import annotations

import json
from pprint import pformat

import pytest

from metapixel_provider.graph.client import Client
from metapixel_provider.graph.credentials import Credentials
from metapixel_provider.sharing.estate.assets import pixel_asset
from metapixel_provider.sharing.estate.clients import read_clients
from metapixel_provider.sharing.estate.estate import Estate
from metapixel_simulator import SharingRequest, Simulator
from tests.conftest import Approve
from tests.unit.conftest import QUICK
from tests.unit.sharing.estate.world import FORMER, INVITED, OTHER, SHOP, SHOP_2, TWIN, WHEELS

#: An agency with two clients, of which the second asks again, and two strangers that ask.
AGENCY, SECOND, NEW, STRANGER = TWIN, OTHER, FORMER, INVITED
REQUESTS = (SharingRequest("2500", NEW, AGENCY, {}), SharingRequest("2501", STRANGER, AGENCY, {}))


def read(sim: Simulator, *owners: str) -> tuple[Estate, ...]:
    client = Client(Credentials("twin-token"), sim.url, patience=QUICK)
    return read_clients(client, AGENCY, owners)


def by_owner(found: tuple[Estate, ...]) -> dict[str, Estate]:
    return {each.business_id: each for each in found}


def requests(found: tuple[Estate, ...]) -> dict[str, list[str]]:
    listed = {each.business_id: [sent.request.id for sent in each.requests.value] for each in found}
    return {owner: ids for owner, ids in listed.items() if ids}


@pytest.mark.parametrize(("empty_edge", "size"), [("omitted", 100), ("listed", 1)])
def test_each_owner_has_an_estate_with_what_the_agency_has_and_does_not_own(
    sim: Simulator, empty_edge: str, size: int, approve: Approve
) -> None:
    sim.set(empty_edge=empty_edge, max_page_size=size)

    approve("estate-of-clients.txt", f"{pformat(read(sim), width=150)}\n")


@pytest.mark.parametrize(
    ("request_node", "unknown"),
    [
        ("BusinessAgreement", {"": ["2501"]}),
        ("BusinessAssetSharingAgreement", {STRANGER: ["2501"]}),
    ],
)
def test_an_open_request_belongs_to_a_known_owner_or_to_nobody(
    sim: Simulator, request_node: str, unknown: dict[str, list[str]]
) -> None:
    sim.set(request_node=request_node)
    sim.world.add(*REQUESTS)

    found = read(sim, NEW)

    assert requests(found) == {NEW: ["2500"], SECOND: ["2402"], **unknown}
    assert by_owner(found)[NEW].business_name == "Former agency"
    assert all(each.requests.is_complete for each in found)


def test_a_request_whose_sender_has_no_name_keeps_the_name_of_the_owner(sim: Simulator) -> None:
    node = {"id": "2402", "request_status": "PENDING", "initiator": {"id": SECOND}}
    body = json.dumps({"data": [node]})
    sim.fault("GET received_sharing_agreements", kind="status", status=200, body=body, times=-1)
    sim.fault("GET business", kind="graph_error", status=403, code=10, times=-1)

    assert by_owner(read(sim))[SECOND].business_name == "Other owner"


def test_no_request_is_attributed_if_meta_ignores_the_filter_by_owner(sim: Simulator) -> None:
    sim.set(received_filter="ignored", request_node="BusinessAgreement")
    sim.world.add(*REQUESTS)

    found = read(sim, NEW)

    assert requests(found) == {"": ["2402", "2500", "2501"]}
    (reason,) = {each.requests.reason for each in found}
    assert "it ignored the parameter requesting_business_id" in reason


def test_without_an_open_request_no_list_is_filtered(sim: Simulator) -> None:
    sim.set(request_node="BusinessAgreement")
    del sim.world.requests["2402"]

    read(sim, NEW, STRANGER)

    lists = [each for each in sim.requests if "received_sharing_agreements" in each.endpoint]
    assert lists
    assert not any("requesting_business_id" in each.params for each in lists)


def test_an_owner_that_meta_does_not_name_is_unknown() -> None:
    assert pixel_asset({"id": SHOP, "name": "Shop"}).owner_id == ""


@pytest.mark.parametrize(("edge", "pages"), [("client_pixels", 1), ("owned_pixels", 0)])
def test_a_list_that_meta_does_not_finish_is_incomplete(
    sim: Simulator, edge: str, pages: int
) -> None:
    sim.set(max_page_size=1)
    sim.fault(f"GET {edge}", kind="graph_error", code=1, status=500, times=-1, after_n=pages)

    found = read(sim)

    assert not any(each.pixels.is_complete for each in found)


def test_a_received_pixel_without_readable_tasks_is_incomplete(sim: Simulator) -> None:
    body = json.dumps({"data": [{"id": SHOP}]})
    sim.fault("GET client_pixels", kind="status", status=200, body=body, times=-1)

    (pixel,) = (pixel for each in read(sim) for pixel in each.pixels.value)

    assert f"read the tasks on pixel {SHOP}" in pixel.agencies.reason


def test_an_agency_that_received_nothing_has_one_estate_without_an_owner(sim: Simulator) -> None:
    sim.world.requests.clear()
    for pixel in (SHOP, SHOP_2, WHEELS):
        del sim.world.shares[pixel, AGENCY]

    (only,) = read(sim)

    assert (only.business_id, only.reader, only.pixels.value) == ("", (AGENCY, "Twin"), ())
    assert only.pixels.is_complete
