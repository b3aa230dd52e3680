"""A pixel with more agencies or ad accounts than Meta tells at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from metapixel_provider.errors import RefusedError
from metapixel_provider.sharing.ids import share_id
from metapixel_simulator import AdAccount, Business, Permission, Pixel, Share, Simulator, World
from tests.support.changing import changing
from tests.support.example import OWNER
from tests.unit.conftest import MetaMaker
from tests.unit.sharing.support import SHARES, share

PIXEL = "4400000000000001"
AGENCIES = [str(5500000000000000 + number) for number in range(250)]
ACCOUNTS = [str(6600000000000000 + number) for number in range(450)]


@pytest.fixture(scope="module")
def served() -> Iterator[Simulator]:
    """One pixel shared with 250 agencies, one of which has 450 ad accounts on it."""
    world = World.example()
    world.add(Pixel(PIXEL, "Large", owner=OWNER))
    world.add(*(Business(agency, f"Agency {agency}") for agency in AGENCIES))
    world.add(*(Share(PIXEL, agency, ("ANALYZE",)) for agency in AGENCIES))
    world.add(*(AdAccount(account, f"Account {account}", AGENCIES[0]) for account in ACCOUNTS))
    world.add(*(Permission(PIXEL, AGENCIES[0], account) for account in ACCOUNTS))
    with Simulator(world) as simulator:
        yield simulator


def test_each_page_of_agencies_is_read_once_for_all_shares(sim: Simulator, meta: MetaMaker) -> None:
    owner = meta()
    found = [owner.agency(PIXEL, agency) for agency in AGENCIES]

    assert [each and each.id for each in found] == [*AGENCIES]
    assert len(sim.raw_urls) == 3
    assert owner.agency(PIXEL, OWNER) is None


def test_each_page_of_ad_accounts_is_read_once_for_all_permissions(
    sim: Simulator, meta: MetaMaker
) -> None:
    owner = meta()
    assert all(owner.permits(PIXEL, AGENCIES[0], account) for account in ACCOUNTS)

    assert len(sim.raw_urls) == -(-len(ACCOUNTS) // sim.switches.max_page_size)


def test_a_page_that_is_too_large_is_asked_for_once(sim: Simulator, meta: MetaMaker) -> None:
    sim.set(max_rows_per_call=50)
    owner = meta()

    assert all(owner.agency(PIXEL, agency) for agency in AGENCIES)

    # In a page of 200, in one of 100, and in five of 50.
    assert len(sim.raw_urls) == 2 + 5


def test_a_page_that_another_share_may_keep_is_read_again_after_a_write(
    sim: Simulator, meta: MetaMaker
) -> None:
    owner = meta()
    first, last = AGENCIES[0], AGENCIES[-1]
    of_first, of_last = share_id(PIXEL, first), share_id(PIXEL, last)
    # The second page is read after this write, so the first agency needs only a new first page.
    with changing(sim, ("GET agencies", "before"), lambda: owner.invalidate(of_first), nth=2):
        assert owner.agency(PIXEL, AGENCIES[1])
    sim.unshare(PIXEL, last)
    owner.invalidate(of_last)
    assert owner.agency(PIXEL, first)

    assert owner.agency(PIXEL, last) is None


@pytest.mark.parametrize(("size", "left"), [(100, 250), (25, 60)], ids=["large", "small"])
def test_an_agency_that_a_changing_list_missed_is_not_taken_for_absent(
    sim: Simulator, meta: MetaMaker, size: int, left: int
) -> None:
    moved = AGENCIES[2 * size]
    sim.set(max_page_size=size)
    for agency in AGENCIES[left:]:
        del sim.world.shares[PIXEL, agency]

    def remove_others() -> None:
        # The place that the third page follows goes, and what is after it moves up.
        for agency in (AGENCIES[0], AGENCIES[2 * size - 1]):
            sim.unshare(PIXEL, agency)

    declared = share(moved, "ADVERTISE", pixel_id=PIXEL)

    changed = changing(sim, ("GET agencies", "before"), remove_others, nth=3)
    with changed, pytest.raises(RefusedError, match="is already shared with agency"):
        SHARES.create(meta(), declared)

    assert sim.count("GET agencies") == 6, "the first reading of three pages missed the agency"
