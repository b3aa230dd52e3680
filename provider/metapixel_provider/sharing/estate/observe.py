"""Reads of a whole estate. Even a large estate needs only a few requests.

The pixels are read with their agencies (`assets.py`), then the requests (`requests.py`), and then
the ad accounts and users of all businesses (`asset_lists.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from metapixel_provider.errors import GraphError, PermissionMissingError
from metapixel_provider.sharing import edges
from metapixel_provider.sharing.edges import SENT, Read
from metapixel_provider.sharing.estate import assets
from metapixel_provider.sharing.estate.asset_lists import read_agencies, read_holders
from metapixel_provider.sharing.estate.estate import Estate, Part, PixelAccess
from metapixel_provider.sharing.estate.lists import Listed, read_lists
from metapixel_provider.sharing.estate.requests import drop_ended, find_parties
from metapixel_provider.sharing.ids import digits
from metapixel_provider.sharing.nodes import text

if TYPE_CHECKING:
    from metapixel_provider.graph.client import Client


def read_estate(
    client: Client, business_id: str, also: Iterable[str] = (), with_partners: bool = False
) -> Estate:
    """Read the estate of a business. Errors of Meta are part of the result.

    Ad accounts and users can remain on a pixel after the share of their business has ended, and
    Meta lists them only for a given business. They are read for the owner, the agencies of its
    pixels, the recipients of open and ended requests, the businesses in `also`, and, if
    `with_partners`, all partners. Raises ValueError for an id that does not consist of digits.
    """
    owner = digits(business_id)
    candidates = dict.fromkeys(map(digits, also), "")
    read, advice = client.get_many, admin_of("owner", owner)
    # The first pages of the lists are in the same batch.
    owned_pixels = edges.owned_pixels(owner, partial(assets.owned_pixel, owner))
    partner_list = edges.list_of_business(edges.PARTNERS, owner)
    lists: list[Read[Any]] = [owned_pixels, edges.requests_in_estate(SENT, owner)]
    if with_partners:
        lists.append(partner_list)
    pixels, sent, *others = read_lists(read, lists)
    # Without the partners, their list stays empty.
    partners = others[0] if with_partners else Listed(partner_list)
    agencies = read_agencies(read, pixels.items.values())
    candidates |= {each.id: each.name for each in (*partners.items.values(), *agencies)}
    # This adds missing recipients to `sent`, also to ended requests, so these are dropped later.
    businesses = {owner, *find_parties(read, owner, SENT, sent, candidates)}
    ended = drop_ended(sent)
    # This adds ad accounts and users to `pixels`, as `read_agencies` added missing agencies.
    read_holders(read, pixels, businesses, (edges.AD_ACCOUNTS, edges.USERS), proved_by=owner)
    accesses = tuple(access_of(each, advice) for each in pixels.items.values())
    return Estate(
        owner,
        _owner_name(client, owner, pixels.items.values()),
        Part(accesses, reason_of(assets.errors_of(pixels), advice)),
        Part(tuple(sent.items.values()), reason_of(sent.errors, advice)),
        tuple(each.id for each in ended if not each.agency_business_id),
        partners=Part(tuple(partners.items.values()), reason_of(partners.errors, advice)),
        looked_at=tuple(sorted(businesses)),
    )


def _owner_name(client: Client, owner_id: str, pixels: Iterable[assets.Asset]) -> str:
    """Return the name of an owner. It is read alone if no pixel contains it."""
    for pixel in pixels:
        if pixel.owner_id == owner_id and pixel.owner_name:
            return pixel.owner_name
    return business_name(client, owner_id)


def business_name(client: Client, business_id: str) -> str:
    """Return the name of a business, or "" if it is unknown."""
    (answer,) = client.get_many([edges.business(business_id).call])
    return text(answer.node, "name")


def admin_of(role: str, business_id: str) -> str:
    """Return the advice for a missing permission. An admin of the owner or agency may read all."""
    return (
        f"use the token of an admin of the {role}, business {business_id}, with the scopes "
        f"business_management and ads_management"
    )


def access_of(pixel: assets.Asset, advice: str) -> PixelAccess:
    accounts, users = pixel.lists[edges.AD_ACCOUNTS], pixel.lists[edges.USERS]
    # After these errors, an agency may be missing, whose ad accounts and users were not read.
    errors = pixel.lists[edges.AGENCIES].errors
    return PixelAccess(
        pixel.id,
        pixel.name,
        pixel.last_fired,
        Part(pixel.agencies, reason_of(errors, advice)),
        Part(accounts.read, reason_of(errors + accounts.errors, advice)),
        Part(users.read, reason_of(errors + users.errors, advice)),
    )


def reason_of(errors: Iterable[GraphError], advice: str) -> str:
    """Return the reason of a `Part`, which contains no secret. See `admin_of` for the advice."""
    sentences = []
    for error in errors:
        if isinstance(error, PermissionMissingError):
            error = error.during(advice=advice)
        sentences.append(str(error))
    if not sentences:
        return ""
    others = len(set(sentences)) - 1
    if others == 0:
        return sentences[0]
    reads = "read" if others == 1 else "reads"
    return f"{sentences[0]}; {others} more {reads} failed"
