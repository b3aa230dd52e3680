"""A world for reads of estates, and the truth about it in the form of an estate."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from metapixel_provider.sharing.estate.estate import Estate, Part, PixelAccess
from metapixel_simulator import (
    AdAccount,
    App,
    Assignment,
    Business,
    Permission,
    Pixel,
    Relationship,
    Share,
    SharingRequest,
    Simulator,
    Switches,
    Token,
    User,
    World,
)

OWNER, OTHER = "100", "101"
#: The first two agencies have the same name. Only the first has a relationship with the owner.
AGENCIES = tuple(str(number) for number in range(200, 207))
TWIN, TWIN_2 = AGENCIES[:2]
ACCOUNTS = tuple(str(number) for number in range(700, 707))
#: A business without a share, whose ad account and person are still on a pixel.
FORMER = "400"
#: A business that has not accepted a share yet.
INVITED = "401"
#: The first two pixels have the same name. The first has all agencies.
PIXELS = tuple(str(number) for number in range(500, 507))
SHOP, SHOP_2, SILENT = PIXELS[:3]
#: A pixel of the other owner, and one of the first agency.
WHEELS, OWN = "599", "598"
LAST_EVENT = datetime.fromisoformat("2026-11-19T18:00-07:00")
SCOPES = ("business_management", "ads_management", "ads_read")

#: A part of an estate: `pixels`, `requests`, or a pixel and the name of its part.
PartKey = str | tuple[str, str]


def world() -> World:
    """A world with all agencies on one pixel, and with all ad accounts of an agency on it."""
    found = World(
        App("9", "Reports"),
        Business(OWNER, "Acme"),
        Business(OTHER, "Other owner"),
        *(Business(each, "Twin" if each in (TWIN, TWIN_2) else f"B{each}") for each in AGENCIES),
        Business(FORMER, "Former agency"),
        Business(INVITED, "Invited agency"),
        User("11", "Acme reports", {OWNER: "ADMIN"}, system=True),
        User("12", "Twin deploys", {TWIN: "ADMIN"}, system=True),
        User("13", "Pat Person", {FORMER: "EMPLOYEE"}),
        User("14", "Sam Staff", {OWNER: "EMPLOYEE", TWIN: "EMPLOYEE"}),
        Token("owner-token", "11", "9", SCOPES),
        Token("twin-token", "12", "9", SCOPES),
        Token("staff-token", "14", "9", SCOPES),
        Pixel(SHOP, "Shop", OWNER, last_fired_time=LAST_EVENT),
        Pixel(SHOP_2, "Shop", OWNER),
        *(Pixel(each, f"Pixel {each}", OWNER) for each in PIXELS[2:]),
        Pixel(WHEELS, "Wheels", OTHER),
        Pixel(OWN, "Own", TWIN),
        Relationship(OWNER, TWIN),
        *(Share(SHOP, each, ("ANALYZE", "ADVERTISE")) for each in AGENCIES),
        Share(SHOP_2, TWIN, ("UPLOAD",)),
        Share(SHOP_2, TWIN_2, ("EDIT", "ANALYZE")),
        Share(WHEELS, TWIN, ("ANALYZE",)),
        AdAccount("600", "Acme ads", OWNER),
        *(AdAccount(each, f"Ads {each}", TWIN) for each in ACCOUNTS),
        AdAccount("900", "Former ads", FORMER),
        Permission(SHOP, OWNER, "600"),
        *(Permission(SHOP, TWIN, each) for each in ACCOUNTS),
        Permission(SHOP_2, TWIN, "700"),
        Permission(SHOP, FORMER, "900"),
        Assignment(SHOP, "12", ("ANALYZE",)),
        Assignment(SHOP, "13", ("ADVERTISE", "ANALYZE")),
        Assignment(SHOP_2, "14", ("UPLOAD",)),
        SharingRequest("2400", OWNER, INVITED, {SHOP: ("ANALYZE",)}),
        SharingRequest("2401", OWNER, TWIN, {}, "DECLINE"),
        SharingRequest("2402", OTHER, TWIN, {}),
        switches=Switches(max_shares_per_pixel=1000, request_expiry="never"),
    )
    found.check()
    return found


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
    (found,) = (each for each in estate.pixels.value if each.id == pixel_id)
    return found
