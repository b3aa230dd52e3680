"""Lists that Meta omits from pages of pixels: which of them are empty, and what that costs."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from metapixel_provider.graph.calls import Call, Response
from metapixel_provider.graph.client import Client
from metapixel_provider.graph.credentials import Credentials
from metapixel_provider.graph.paging import Page
from metapixel_provider.sharing.edges import AD_ACCOUNTS, owned_pixels
from metapixel_provider.sharing.estate.asset_lists import read_holders
from metapixel_provider.sharing.estate.assets import Lists, pixel_asset
from metapixel_provider.sharing.estate.estate import Estate
from metapixel_provider.sharing.estate.lists import Listed
from metapixel_provider.sharing.estate.observe import read_estate
from metapixel_provider.sharing.estate.offboarding import Edge, read_remains
from metapixel_simulator import (
    AdAccount,
    Permission,
    Pixel,
    Share,
    Simulator,
    World,
)
from tests.support.worlds import owner_and_agencies
from tests.unit.conftest import QUICK
from tests.unit.sharing.estate.world import read_parts, true_parts

OWNER, AGENCY = "100", "200"
AGENCIES = tuple(str(number) for number in range(200, 344))
PIXELS = tuple(str(number) for number in range(500, 544))
ACCOUNT = {"account_id": "900", "id": "act_900"}


def world(roles: dict[str, str]) -> World:
    """A world with 44 pixels and 145 businesses, of which most have no ad account on a pixel."""
    found = owner_and_agencies(OWNER, AGENCIES)
    found.users["11"].roles = roles
    found.add(*(Pixel(each, f"Pixel {each}", OWNER) for each in PIXELS))
    for place, agency in enumerate(AGENCIES):
        pixel = PIXELS[place % 40]
        found.add(Share(pixel, agency, ("ADVERTISE",)))
        if place % 3 == 0:
            found.add(
                AdAccount(f"9{agency}", "Ads", agency), Permission(pixel, agency, f"9{agency}")
            )
    return found


def client(sim: Simulator) -> Client:
    return Client(Credentials("owner-token"), sim.url, patience=QUICK)


def read(sim: Simulator) -> Estate:
    return read_estate(client(sim), OWNER)


def calls(sim: Simulator) -> int:
    return len(sim.requests) - sim.count("POST batch")


@pytest.mark.parametrize("unreadable_edge", ["error", "omitted"])
@pytest.mark.parametrize(
    "roles", [{OWNER: "ADMIN"}, dict.fromkeys((OWNER, *AGENCIES), "ADMIN")], ids=["owner", "all"]
)
def test_omitted_lists_cost_an_admin_of_the_owner_at_most_three_calls_a_pixel(
    roles: dict[str, str], unreadable_edge: str
) -> None:
    with Simulator(world(roles)) as sim:
        sim.set(empty_edge="listed", unreadable_edge=unreadable_edge)
        read(sim)
        listed = calls(sim)
        sim.set(empty_edge="omitted")

        estate = read(sim)

        omitted = calls(sim) - listed
        assert omitted <= listed + 3 * len(PIXELS)
        assert all(
            part.is_complete
            for pixel in estate.pixels.value
            for part in (pixel.agencies, pixel.ad_accounts, pixel.users)
        )
        assert read_parts(estate) == true_parts(sim, OWNER, AGENCIES)


def test_an_omitted_list_is_incomplete_if_the_error_of_another_list_leaves_it_unread() -> None:
    with Simulator(world({OWNER: "ADMIN"})) as sim:
        sim.set(empty_edge="omitted")
        sim.fault("GET shared_accounts", kind="graph_error", code=10, times=-1)

        lists = read_remains(client(sim), OWNER, [AGENCY]).lists

    accounts = [each for each in lists if each.edge is Edge.PIXEL_ACCOUNTS]
    assert len(accounts) == len(PIXELS) * len((OWNER, *AGENCIES))
    assert all(each.items or not each.complete for each in accounts)


@pytest.mark.parametrize(
    "page",
    [
        None,
        "",
        {},
        {"data": None},
        {"data": [{"id": "no account"}]},
        {"data": [ACCOUNT], "paging": {"next": "https://graph.example/next?after=x"}},
        {"data": [], "paging": {"next": 1}},
    ],
    ids=str,
)
def test_a_list_that_is_unreadable_or_has_a_further_page_is_never_inferred(page: object) -> None:
    lists = Lists(AD_ACCOUNTS)
    lists.take(OWNER, {"id": "500", "shared_accounts": {"data": []}})

    lists.take(AGENCY, {"id": "500", "shared_accounts": page})
    lists.infer_empty(OWNER)

    assert lists.read == {OWNER: ()}


def test_omitted_lists_are_not_inferred_from_the_list_of_a_business_that_is_not_the_owner() -> None:
    lists = Lists(AD_ACCOUNTS)
    lists.take(AGENCY, {"id": "500", "shared_accounts": {"data": []}})
    lists.take("201", {"id": "500"})

    lists.infer_empty(OWNER)

    assert lists.read == {AGENCY: ()}


def test_the_list_of_a_business_that_is_not_the_owner_of_a_pixel_proves_no_list_empty() -> None:
    """The first pages omit both lists, so each is read with a call of its own."""
    pixels = Listed(owned_pixels(OWNER, pixel_asset))
    pixels.take(Page(0, [{"id": "500", "owner_business": {"id": "101"}}], is_last=True))
    alone = {OWNER: Response({"data": []}), AGENCY: Response({"data": [ACCOUNT]})}

    def read(calls: Sequence[Call]) -> list[Response]:
        of_pages = Response({"data": [{"id": "500"}]})
        return [alone.get(call.params.get("business", ""), of_pages) for call in calls]

    read_holders(read, pixels, [OWNER, AGENCY], [AD_ACCOUNTS], proved_by=OWNER)

    accounts = pixels.items["500"].lists[AD_ACCOUNTS].read
    assert [account.id for account in accounts[AGENCY]] == ["900"]
