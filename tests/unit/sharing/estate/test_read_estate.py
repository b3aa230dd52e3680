"""A read of an estate returns the world, or states for each part why it does not."""

from __future__ import annotations

from dataclasses import replace
from pprint import pformat

import pytest

from metapixel_provider.graph.client import Client
from metapixel_provider.graph.credentials import Credentials
from metapixel_provider.sharing.estate.estate import Estate, Part
from metapixel_provider.sharing.estate.observe import read_estate
from metapixel_simulator import Pixel, SharingRequest, Simulator
from tests.conftest import Approve
from tests.support.changing import changing
from tests.unit.conftest import QUICK, ClientMaker
from tests.unit.sharing.estate.world import (
    AGENCIES,
    FORMER,
    INVITED,
    OWN,
    OWNER,
    PIXELS,
    SHOP,
    SHOP_2,
    SILENT,
    TWIN,
    PartKey,
    pixel_of,
    read_parts,
    true_parts,
    unread,
)

#: The answer of Meta to a call without the permission, as a fault.
NOT_PERMITTED = {"kind": "graph_error", "code": 10, "status": 403, "times": -1}


def read(sim: Simulator, token: str = "owner-token", *also: str) -> Estate:
    return read_estate(Client(Credentials(token), sim.url, patience=QUICK), OWNER, also)


ALL = (OWNER, *AGENCIES, FORMER, INVITED)


# Complete reads


def test_names_times_in_utc_and_businesses_without_an_ad_account_are_read(
    sim: Simulator, approve: Approve
) -> None:
    estate = read(sim, "owner-token", FORMER)

    shop, *others = estate.pixels.value
    with_shop = replace(estate, pixels=replace(estate.pixels, value=(shop,)))
    approve("estate-of-owner.txt", f"{pformat(with_shop, width=150)}\n")
    assert {each.last_fired for each in others} == {None}


def test_a_business_without_pixels_has_an_empty_estate(sim: Simulator, client: ClientMaker) -> None:
    del sim.world.pixels[OWN]

    estate = read_estate(client("twin-token"), TWIN)

    assert estate == Estate(TWIN, "Twin", Part(()), Part(()), looked_at=(TWIN,))


# Refusals


def test_an_invalid_token_is_refused_and_not_asked_for_parts(sim: Simulator) -> None:
    estate = read(sim, "no-token")

    assert unread(estate).keys() == {"pixels", "requests"}
    assert len(sim.raw_urls) <= 2


@pytest.mark.parametrize("unreadable_edge", ["error", "omitted"])
def test_lists_that_the_token_may_not_read_are_refused_and_never_empty(
    sim: Simulator, unreadable_edge: str
) -> None:
    sim.set(unreadable_edge=unreadable_edge)

    estate = read(sim, "staff-token", FORMER)

    assert estate.pixels.is_complete
    assert not estate.requests.is_complete
    for pixel in estate.pixels.value:
        assert pixel.agencies.is_complete
        assert f"use the token of an admin of the owner, business {OWNER}, with" in (
            pixel.ad_accounts.reason
        )
        assert not pixel.users.is_complete
        assert pixel.ad_accounts.value == {}
    assert read_parts(estate)[SHOP, "agencies"] == true_parts(sim, OWNER, ALL)[SHOP, "agencies"]


def test_the_advice_for_a_code_of_meta_has_precedence_over_another_admin(sim: Simulator) -> None:
    sim.fault("GET initiated_sharing_agreements", kind="graph_error", code=3, status=403, times=-1)

    reasons = unread(read(sim, "owner-token")).values()

    assert reasons
    assert all("request full access for it in Meta's App Dashboard" in each for each in reasons)


def test_an_id_that_is_not_digits_is_never_part_of_a_call(sim: Simulator) -> None:
    with pytest.raises(ValueError, match="is not an id"):
        read(sim, "owner-token", "1){name},owner")

    assert sim.requests == []


# Failures


#: A list with an entry that has no id.
UNREADABLE = {"kind": "status", "status": 200, "body": '{"data": [{"request_status": "PENDING"}]}'}


def refused(edge: str, **more: object) -> dict[str, object]:
    return {"endpoint": f"GET {edge}", **NOT_PERMITTED, **more}


def of(pixel: str) -> set[PartKey]:
    return {(pixel, part) for part in ("agencies", "ad_accounts", "users")}


@pytest.mark.parametrize(
    ("faults", "expected"),
    [
        ([refused("initiated_sharing_agreements")], {"requests"}),
        ([refused("initiated_sharing_agreements", **UNREADABLE)], {"requests"}),
        ([refused("assigned_users", path=f"/{PIXELS[4]}/")], {(PIXELS[4], "users")}),
        ([refused("agencies", path=f"/{SHOP}/", after_n=1)], of(SHOP)),
        ([refused("agencies", path=f"/{SHOP}/", kind="truncated")], of(SHOP)),
        (
            [refused("owned_pixels", times=1), refused("agencies", path=f"/{SHOP_2}/")],
            of(SHOP_2),
        ),
    ],
    ids=[
        *("requests", "requests with an unreadable one", "users", "later agencies"),
        *("agencies that are cut off", "pages of pixels"),
    ],
)
def test_a_part_that_is_not_read_hides_no_other_part(
    sim: Simulator, faults: list[dict[str, object]], expected: set[PartKey]
) -> None:
    sim.set(max_page_size=3)
    for fault in faults:
        sim.fault(**fault)  # type: ignore[arg-type]

    estate = read(sim, "owner-token", FORMER)

    truth, found = true_parts(sim, OWNER, ALL), read_parts(estate)
    assert unread(estate).keys() == expected
    assert all(found[key] == truth[key] for key in truth.keys() - expected)


def test_a_business_that_does_not_exist_hides_no_other_business(sim: Simulator) -> None:
    estate = read(sim, "owner-token", FORMER, "999")

    for pixel in estate.pixels.value:
        assert "business 999" in pixel.ad_accounts.reason
        assert not pixel.users.is_complete
    assert read_parts(estate) == true_parts(sim, OWNER, ALL)


def test_pages_that_arrived_before_a_failure_are_kept(sim: Simulator) -> None:
    sim.set(max_page_size=5)
    sim.fault("GET agencies", path=f"/{SHOP}/", kind="status", after_n=1, times=-1)

    agencies = pixel_of(read(sim), SHOP).agencies

    assert not agencies.is_complete
    assert set(agencies.value) == set(AGENCIES[:5])


def test_what_arrived_beside_the_pixels_or_before_a_failure_is_kept(sim: Simulator) -> None:
    sim.set(max_page_size=3)
    sim.fault("GET owned_pixels", kind="status", after_n=1, times=5)

    estate = read(sim)

    assert not estate.pixels.is_complete
    assert {SHOP, SHOP_2, SILENT} <= {pixel.id for pixel in estate.pixels.value}
    assert pixel_of(estate, SHOP_2).agencies.is_complete
    sim.fault("GET owned_pixels", **NOT_PERMITTED)
    assert read(sim).nothing_read == ""


def test_a_request_whose_business_meta_does_not_return_excludes_the_known_agencies(
    sim: Simulator,
) -> None:
    sim.set(request_node="BusinessAgreement")

    estate = read(sim)

    (request,) = estate.requests.value
    agencies = {id_ for pixel in estate.pixels.value for id_ in pixel.agencies.value}
    assert (request.request.id, request.agency_business_id) == ("2400", "")
    assert request.may_be_for(INVITED)
    assert agencies
    assert not any(map(request.may_be_for, agencies))


@pytest.mark.parametrize("also", [(), (FORMER,)])
def test_an_ended_request_names_its_business_or_is_listed_as_sent_to_an_unknown_one(
    sim: Simulator, also: tuple[str, ...]
) -> None:
    sim.set(request_node="BusinessAgreement")
    sim.world.requests.clear()
    sim.world.add(
        SharingRequest("2401", OWNER, FORMER, {}, "EXPIRED"),
        SharingRequest("2402", OWNER, TWIN, {}, "DECLINE"),
    )

    estate = read(sim, "owner-token", *also)

    assert estate.ended_to_unknown == (() if also else ("2401",))
    assert estate.requests == Part(())
    assert (FORMER in pixel_of(estate, SHOP).ad_accounts.value) is bool(also)


def test_a_list_that_fails_leaves_an_ended_request_unknown_and_the_open_ones_complete(
    sim: Simulator,
) -> None:
    sim.set(request_node="BusinessAgreement")
    sim.world.requests.clear()
    sim.world.add(SharingRequest("2402", OWNER, TWIN, {}, "DECLINE"))
    sim.fault("GET initiated_sharing_agreements", after_n=2, **NOT_PERMITTED)

    estate = read(sim)

    assert estate.ended_to_unknown == ("2402",)
    assert estate.requests == Part(())


# Lists that change while their pages are read


@pytest.mark.parametrize(
    "endpoint", ["GET owned_pixels", "GET agencies", "GET shared_accounts", "GET assigned_users"]
)
@pytest.mark.parametrize("after_n", range(6))
def test_a_page_that_lacks_half_its_rows_loses_nothing_unnoticed(
    sim: Simulator, endpoint: str, after_n: int
) -> None:
    sim.set(max_page_size=3)
    sim.fault(endpoint, kind="half_page", when="after", after_n=after_n)

    estate = read(sim, "owner-token", FORMER)

    assert unread(estate) == {}
    assert read_parts(estate) == true_parts(sim, OWNER, ALL)


def test_a_pixel_that_appears_after_the_list_of_pixels_was_read_makes_the_list_incomplete(
    sim: Simulator,
) -> None:
    with changing(
        sim, ("GET owned_pixels", "after"), lambda: sim.world.add(Pixel("590", "New", OWNER))
    ):
        estate = read(sim)

    assert "changed while it was read" in estate.pixels.reason


def test_pages_that_always_lack_half_their_rows_are_a_failure(sim: Simulator) -> None:
    sim.set(max_page_size=4)
    sim.fault(kind="half_page", when="after", times=-1)

    estate = read(sim)

    assert "changed while its pages were read" in estate.pixels.reason
    assert not pixel_of(estate, SHOP).agencies.is_complete
