"""The world that every history starts in, and what can be shared in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from metapixel_simulator import (
    AdAccount,
    Permission,
    Pixel,
    Relationship,
    Share,
    SharingRequest,
    Simulator,
    World,
)
from tests.support.worlds import owner_and_agencies

#: (pixel, agency) of a share, (pixel, agency, ad account) of a permission.
Key = tuple[str, ...]

OWNER = "1001"
PIXELS = ("101", "102", "103")
#: A pixel that no program declares.
FOREIGN_PIXEL = "109"
PARTNER, HARBOUR, MERIDIAN = "201", "202", "203"
#: The partner has a relationship with the owner; the others must accept a request first.
AGENCIES = (PARTNER, HARBOUR, MERIDIAN)
#: The ad accounts by their businesses.
ACCOUNTS = {PARTNER: ("301", "304"), HARBOUR: ("302",), MERIDIAN: ("303",)}
TASKS = ("ANALYZE", "UPLOAD", "ADVERTISE", "EDIT")
#: The tasks that the guide includes in the meaning of another one.
_INCLUDED = {"ANALYZE": {"ADVERTISE"}, "EDIT": {"ANALYZE", "ADVERTISE"}}
#: An ad account needs one of these on the share.
AD_TASKS = frozenset({"ANALYZE", "ADVERTISE"})

OWNER_TOKEN = "EAAB-token-of-the-owner"
AGENCIES_TOKEN = "EAAB-token-of-the-agencies"
TOKENS = (OWNER_TOKEN, AGENCIES_TOKEN)
ENVIRONMENT = {"META_ACCESS_TOKEN": OWNER_TOKEN, "META_ACCESS_TOKEN_AGENCIES": AGENCIES_TOKEN}
CONFIGURATION = {"metapixel:rateLimitWait": "3"}


def world() -> World:
    """An owner, three agencies, and a pixel whose share and permission nobody may touch."""
    made = owner_and_agencies(OWNER, AGENCIES, tokens=TOKENS, allow_edit=True)
    made.add(
        *(Pixel(pixel, f"Pixel {pixel}", owner=OWNER) for pixel in (*PIXELS, FOREIGN_PIXEL)),
        *(
            AdAccount(account, f"Ads {account}", owner=agency)
            for agency, accounts in ACCOUNTS.items()
            for account in accounts
        ),
        Relationship(OWNER, PARTNER),
        Share(FOREIGN_PIXEL, PARTNER, ("ANALYZE",)),
        Permission(FOREIGN_PIXEL, PARTNER, ACCOUNTS[PARTNER][0]),
    )
    return made


def begin(sim: Simulator, foreign_requests: Sequence[str]) -> None:
    """The first world again, with a request for the foreign pixel to each of some agencies."""
    sim.reset()
    with sim.lock:
        for agency in foreign_requests:
            request = SharingRequest(
                sim.world.new_request_id(), OWNER, agency, {FOREIGN_PIXEL: ("ANALYZE", "EDIT")}
            )
            sim.world.add(request)


def named(key: Key) -> str:
    """A share or permission as a person reads it."""
    pixel, agency, *account = key
    if account:
        return f"permission of ad account {account[0]} (agency {agency}) on pixel {pixel}"
    return f"share of pixel {pixel} with agency {agency}"


def included(tasks: Iterable[str]) -> set[str]:
    """The tasks that others include, so that Meta may have them too."""
    return {each for task in tasks for each in _INCLUDED.get(task, ())}
