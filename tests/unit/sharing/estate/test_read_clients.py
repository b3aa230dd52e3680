"""A read of what an agency received returns the world, or states for each part why it does not."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from metapixel_provider.graph.client import Client
from metapixel_provider.graph.credentials import Credentials
from metapixel_provider.sharing.estate.clients import read_clients
from metapixel_provider.sharing.estate.estate import Estate
from metapixel_provider.sharing.estate.pixels import pixel_of
from metapixel_simulator import (
    AdAccount,
    App,
    Business,
    Permission,
    Pixel,
    Share,
    SharingRequest,
    Simulator,
    Switches,
    Token,
    User,
    World,
)
from tests.unit.conftest import QUICK

AGENCY, SHOE, BIKE, NEW, STRANGER = "200", "100", "101", "102", "103"
SHOP, APP, WHEELS, OWN = "500", "501", "510", "520"
SCOPES = ("business_management", "ads_management", "ads_read")


def world() -> World:
    """An agency with two clients, a new client that asks, and a stranger that asks."""
    return World(
        App("9", "Reports"),
        *(Business(each, f"B{each}") for each in (AGENCY, SHOE, BIKE, NEW, STRANGER)),
        User("11", "Deploys", {AGENCY: "ADMIN"}, system=True),
        Token("token", "11", "9", SCOPES),
        Pixel(SHOP, "Shop", SHOE),
        Pixel(APP, "App", SHOE),
        Pixel(WHEELS, "Wheels", BIKE),
        Pixel(OWN, "Own", AGENCY),
        Share(SHOP, AGENCY, ("ANALYZE", "ADVERTISE")),
        Share(APP, AGENCY, ("UPLOAD",)),
        Share(WHEELS, AGENCY, ("ANALYZE",)),
        # A stranger's share does not belong to the agency.
        Share(WHEELS, STRANGER, ("ANALYZE",)),
        AdAccount("700", "Ads", AGENCY),
        AdAccount("701", "Ads", AGENCY),
        Permission(SHOP, AGENCY, "700"),
        Permission(SHOP, AGENCY, "701"),
        switches=Switches(request_node="BusinessAgreement", request_expiry="never"),
    )


REQUESTS = (
    SharingRequest("2400", NEW, AGENCY, {}),
    SharingRequest("2401", STRANGER, AGENCY, {}),
    SharingRequest("2402", SHOE, AGENCY, {}, "IN_PROGRESS"),
    SharingRequest("2403", BIKE, AGENCY, {}, "DECLINE"),
)


@pytest.fixture(scope="module")
def served() -> Iterator[Simulator]:
    with Simulator(world()) as simulator:
        yield simulator


@pytest.fixture
def sim(served: Simulator) -> Simulator:
    served.reset()
    return served


def read(sim: Simulator, *owners: str) -> tuple[Estate, ...]:
    client = Client(Credentials("token"), sim.url, patience=QUICK)
    return read_clients(client, AGENCY, owners)


def by_owner(found: tuple[Estate, ...]) -> dict[str, Estate]:
    return {each.business_id: each for each in found}


def requests(found: tuple[Estate, ...]) -> dict[str, list[str]]:
    """Return the ids of the open requests by owner."""
    listed = {each.business_id: [sent.request.id for sent in each.requests.value] for each in found}
    return {owner: ids for owner, ids in listed.items() if ids}


@pytest.mark.parametrize("empty_edge", ["omitted", "listed"])
def test_each_owner_has_an_estate_with_what_the_agency_has(sim: Simulator, empty_edge: str) -> None:
    sim.set(empty_edge=empty_edge)

    found = by_owner(read(sim))

    access: dict[tuple[str, str], object] = {
        (owner, pixel.id): (
            frozenset(pixel.agencies.value[AGENCY].tasks),
            [account.id for account in pixel.ad_accounts.value[AGENCY]],
        )
        for owner, each in found.items()
        for pixel in each.pixels.value
    }
    assert access == {
        (SHOE, SHOP): ({"ANALYZE", "ADVERTISE"}, ["700", "701"]),
        (SHOE, APP): ({"UPLOAD"}, []),
        (BIKE, WHEELS): ({"ANALYZE"}, []),
    }
    assert {each.reader for each in found.values()} == {(AGENCY, f"B{AGENCY}")}
    assert found[SHOE].business_name == f"B{SHOE}"
    assert all(each.pixels.is_complete and each.requests.is_complete for each in found.values())


@pytest.mark.parametrize(
    ("request_node", "unknown"),
    [
        ("BusinessAgreement", {"": ["2401"]}),
        ("BusinessAssetSharingAgreement", {STRANGER: ["2401"]}),
    ],
)
def test_an_open_request_belongs_to_a_known_owner_or_to_nobody(
    sim: Simulator, request_node: str, unknown: dict[str, list[str]]
) -> None:
    sim.set(request_node=request_node)
    sim.world.add(*REQUESTS)

    found = read(sim, NEW)

    assert requests(found) == {NEW: ["2400"], SHOE: ["2402"], **unknown}
    assert by_owner(found)[NEW].business_name == f"B{NEW}"
    assert all(each.requests.is_complete for each in found)


def test_a_request_whose_sender_has_no_name_keeps_the_name_of_the_owner(sim: Simulator) -> None:
    node = {"id": "2402", "request_status": "PENDING", "initiator": {"id": SHOE}}
    body = json.dumps({"data": [node]})
    sim.fault("GET received_sharing_agreements", kind="status", status=200, body=body, times=-1)
    sim.fault("GET business", kind="graph_error", status=403, code=10, times=-1)

    assert by_owner(read(sim))[SHOE].business_name == f"B{SHOE}"


def test_no_request_is_attributed_if_meta_ignores_the_filter_by_owner(sim: Simulator) -> None:
    sim.set(received_filter="ignored")
    sim.world.add(*REQUESTS)

    found = read(sim, NEW)

    assert requests(found) == {"": ["2400", "2401", "2402"]}
    (reason,) = {each.requests.reason for each in found}
    assert "it ignored the parameter requesting_business_id" in reason


def test_without_an_open_request_no_list_is_filtered(sim: Simulator) -> None:
    sim.world.add(REQUESTS[-1])
    sim.clear_requests()

    read(sim, NEW, STRANGER)

    lists = [each for each in sim.requests if "received_sharing_agreements" in each.endpoint]
    assert lists
    assert not any("requesting_business_id" in each.params for each in lists)


def test_an_owner_that_meta_does_not_name_is_unknown() -> None:
    assert pixel_of({"id": SHOP, "name": "Shop"}).owner_id == ""


def test_a_pixel_that_the_agency_owns_is_no_clients_pixel(sim: Simulator) -> None:
    assert {each.own_pixels for each in read(sim)} == {frozenset({OWN})}


@pytest.mark.parametrize(("edge", "pages"), [("client_pixels", 1), ("owned_pixels", 0)])
def test_a_list_that_meta_does_not_finish_is_incomplete(
    sim: Simulator, edge: str, pages: int
) -> None:
    sim.set(max_page_size=1)
    sim.fault(f"GET {edge}", kind="graph_error", code=1, status=500, times=-1, after_n=pages)

    found = read(sim)

    assert not any(each.pixels.is_complete for each in found)


def test_an_agency_that_received_nothing_has_one_estate_without_an_owner(sim: Simulator) -> None:
    for pixel in (SHOP, APP, WHEELS):
        del sim.world.shares[pixel, AGENCY]

    (only,) = read(sim)

    assert (only.business_id, only.reader, only.pixels.value) == ("", (AGENCY, f"B{AGENCY}"), ())
    assert only.pixels.is_complete
