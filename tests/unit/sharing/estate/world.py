"""The truth about an estate, taken from the world of a simulator, and in the form of the estate."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from metapixel_provider.sharing.estate.estate import Estate, Part, PixelAccess
from metapixel_simulator import Simulator

#: A part of an estate: `pixels`, `requests`, or a pixel and the name of its part.
PartKey = str | tuple[str, str]


def true_parts(sim: Simulator, owner: str, businesses: Collection[str]) -> dict[PartKey, object]:
    """Return the content of each part.

    It contains the permissions and users of these businesses and of the agencies of the pixel.
    """
    with sim.moment() as world:
        pixels = [each.id for each in world.pixels.values() if each.owner == owner]
        found: dict[PartKey, object] = {
            "pixels": {each: world.pixels[each].name for each in pixels},
            "requests": {
                each.id: each.agency for each in world.open_requests() if each.owner == owner
            },
        }
        for pixel in pixels:
            agencies = {
                agency: frozenset(tasks) for (_, agency), tasks in world.shares.of(pixel).items()
            }
            named = {*businesses, *agencies}
            found[pixel, "agencies"] = agencies
            found[pixel, "ad_accounts"] = {
                (business, account)
                for shared, business, account in world.permissions
                if shared == pixel and business in named
            }
            found[pixel, "users"] = {
                (business, user, frozenset(tasks))
                for (_, user), tasks in world.assignments.of(pixel).items()
                for business in world.users[user].roles
                if business in named
            }
        return found


def read_parts(estate: Estate) -> dict[PartKey, object]:
    """Return the content of each part of an estate, in the form of `true_parts`."""
    found: dict[PartKey, object] = {
        "pixels": {each.id: each.name for each in estate.pixels.value},
        "requests": {each.request.id: each.agency_business_id for each in estate.requests.value},
    }
    for pixel in estate.pixels.value:
        found[pixel.id, "agencies"] = {
            key: frozenset(each.tasks) for key, each in pixel.agencies.value.items()
        }
        found[pixel.id, "ad_accounts"] = {
            (business, account.id)
            for business, accounts in pixel.ad_accounts.value.items()
            for account in accounts
        }
        found[pixel.id, "users"] = {
            (business, user.id, frozenset(user.tasks))
            for business, users in pixel.users.value.items()
            for user in users
        }
    return found


def parts_of(estate: Estate) -> Iterator[tuple[PartKey, Part[object]]]:
    """Yield all parts of an estate."""
    yield "pixels", Part(estate.pixels.value, estate.pixels.reason)
    yield "requests", Part(estate.requests.value, estate.requests.reason)
    for pixel in estate.pixels.value:
        yield (pixel.id, "agencies"), Part(pixel.agencies.value, pixel.agencies.reason)
        yield (pixel.id, "ad_accounts"), Part(pixel.ad_accounts.value, pixel.ad_accounts.reason)
        yield (pixel.id, "users"), Part(pixel.users.value, pixel.users.reason)


def unread(estate: Estate) -> dict[PartKey, str]:
    """Return the reason of each part that was not read completely."""
    return {key: part.reason for key, part in parts_of(estate) if not part.is_complete}


def pixel_of(estate: Estate, pixel_id: str) -> PixelAccess:
    """Return a pixel of an estate."""
    (found,) = (each for each in estate.pixels.value if each.id == pixel_id)
    return found
