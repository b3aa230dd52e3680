"""The demonstration's stack takes its ids from the world that the simulator ships."""

from __future__ import annotations

from metapixel_simulator import World
from tests.support.example import HARBOUR, HARBOUR_ACCOUNT, NORTHLIGHT, OWNER, PIXEL
from tools.demo.stack import configuration


def test_the_demonstration_shares_the_first_pixel_with_both_agencies() -> None:
    assert configuration(World.example()) == {
        "pixel": PIXEL,
        "owner": OWNER,
        "analyticsAgency": NORTHLIGHT,
        "campaignAgency": HARBOUR,
        "campaignAdAccount": f"act_{HARBOUR_ACCOUNT}",
    }
