"""The programs that the benchmarks run, for our provider and for the floor, and their worlds."""

from __future__ import annotations

from metapixel_provider.sharing.engine_names import native_name
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_simulator import (
    AdAccount,
    App,
    Business,
    Permission,
    Pixel,
    Relationship,
    Share,
    Switches,
    Token,
    User,
    World,
)

OWNER = "1000000000000001"
TOKEN = "bench-token"
AGENCIES_PER_PIXEL = 10
TASKS = ("ANALYZE", "ADVERTISE")

_HEAD = """
pixels = [str(2000000000000000 + number) for number in range({pixels})]
agencies = [str(3000000000000000 + number) for number in range({agencies})]
pairs = [(pixel, agency) for pixel in pixels for agency in agencies]
"""

_SHARES = """
import pulumi
from pulumi_metapixel import PixelAgencyShare
{head}
for pixel, agency in pairs[:{count}]:
    PixelAgencyShare(
        f"share-{{pixel}}-{{agency}}",
        pixel_id=pixel,
        agency_business_id=agency,
        permitted_tasks=["ANALYZE", "ADVERTISE"],
    )
"""

_FLOOR = """
import os
import pulumi
from floor import FloorShare
{head}
others = {{}} if "BENCH_OLD" in os.environ else dict.fromkeys(INPUTS)
for pixel, agency in pairs[:{count}]:
    inputs = {{
        **others,
        "pixel_id": pixel,
        "agency_business_id": agency,
        "permitted_tasks": ["ANALYZE", "ADVERTISE"],
    }}
    FloorShare(f"share-{{pixel}}-{{agency}}", inputs)
"""

_NATIVE = """
import pulumi
{head}
for pixel, agency in pairs[:{count}]:
    inputs = {{
        "pixelId": pixel,
        "agencyBusinessId": agency,
        "permittedTasks": ["ANALYZE", "ADVERTISE"],
    }}
    name = f"share-{{pixel}}-{{agency}}"
    pulumi.CustomResource("TYPE", name, {{**inputs, **dict.fromkeys(OUTPUTS)}})
"""


def pixels_for(count: int) -> int:
    return max(1, -(-count // AGENCIES_PER_PIXEL))


def shares(count: int) -> str:
    return _fill(_SHARES, count)


def floor(count: int) -> str:
    names = [each.name for each in ResourceType.SHARE.inputs if not each.passed_on]
    return _fill(_FLOOR.replace("INPUTS", str(names)), count)


def native_shares(count: int) -> str:
    return _native(count, ResourceType.SHARE.native)


def native_floor(count: int) -> str:
    return _native(count, "floor:index:FloorShare")


def _native(count: int, type_: str) -> str:
    outputs = [native_name(each.name) for each in ResourceType.SHARE.outputs]
    return _fill(_NATIVE.replace("TYPE", type_).replace("OUTPUTS", str(outputs)), count)


def _fill(program: str, count: int) -> str:
    head = _HEAD.format(pixels=pixels_for(count), agencies=AGENCIES_PER_PIXEL)
    return program.format(head=head, count=count)


def world(
    pixels: int, *, agencies: int = AGENCIES_PER_PIXEL, shared: bool = False, accounts: int = 0
) -> World:
    """Return a world with an owner, pixels, and agencies that have a relationship with the owner.

    `accounts` is the number of ad accounts of each agency. If `shared` is True, all pixels are
    shared with all agencies, and all ad accounts may use them.
    """
    owned = _ids(2000000000000000, pixels)
    businesses = _ids(3000000000000000, agencies)
    admin = User(
        "122000000000001", "Bench", dict.fromkeys((OWNER, *businesses), "ADMIN"), system=True
    )
    scopes = ("business_management", "ads_management", "ads_read", "pages_show_list")
    found = World(
        App("700000000000001", "Bench"),
        admin,
        Token(TOKEN, admin.id, "700000000000001", scopes),
        Business(OWNER, "Owner"),
        *(Business(business, f"Agency number {n}") for n, business in enumerate(businesses)),
        *(Pixel(pixel, f"Pixel number {n}", OWNER) for n, pixel in enumerate(owned)),
        *(Relationship(OWNER, business) for business in businesses),
        switches=Switches(max_shares_per_pixel=1000),
    )
    for number, business in enumerate(businesses):
        of_agency = _ids(4000000000000000 + number * accounts, accounts)
        found.add(*(AdAccount(account, f"Account {account}", business) for account in of_agency))
        if shared:
            for pixel in owned:
                found.add(Share(pixel, business, TASKS))
                found.add(*(Permission(pixel, business, account) for account in of_agency))
    return found


def _ids(first: int, count: int) -> list[str]:
    return [str(first + number) for number in range(count)]
