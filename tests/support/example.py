"""The ids of the simulator's example world: an owner with pixels, and two agencies."""

from __future__ import annotations

from metapixel_simulator import World

_WORLD = World.example()


def _business(name: str) -> str:
    (found,) = (each.id for each in _WORLD.businesses.values() if each.name == name)
    return found


def _ad_accounts(owner: str) -> list[str]:
    return sorted(each.id for each in _WORLD.ad_accounts.values() if each.owner == owner)


OWNER = _business("Acme Outdoor")
#: An agency that has a relationship with the owner, so a share with it is active at once.
NORTHLIGHT = _business("Northlight Media")
#: An agency that has to accept a share first.
HARBOUR = _business("Harbour Performance")

#: The owner's pixels, for its web shop, its app and its outlet.
PIXELS = tuple(sorted(_WORLD.pixels))
PIXEL, PIXEL_2, PIXEL_3 = PIXELS

(OWNER_ACCOUNT,) = _ad_accounts(OWNER)
NORTHLIGHT_ACCOUNT, NORTHLIGHT_ACCOUNT_2 = _ad_accounts(NORTHLIGHT)
(HARBOUR_ACCOUNT,) = _ad_accounts(HARBOUR)
