"""Reads of all lists of an owner that can contain access of agencies which should have none.

Unlike an estate, the result keeps each list, with the reason why it is incomplete. An omitted list
of such an agency is read with a call of its own: only its own answer proves that it is empty.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from metapixel_provider.graph.calls import Call
from metapixel_provider.sharing.estate.estate import AdAccount, AssignedUser, SentRequest
from metapixel_provider.sharing.estate.holders import Holders, read_each
from metapixel_provider.sharing.estate.lists import PAGE, Wanted, read_lists
from metapixel_provider.sharing.estate.observe import (
    admin_of,
    business_name,
    part,
    wanted_partners,
)
from metapixel_provider.sharing.estate.pixels import (
    Asset,
    errors_of,
    owned_ad_accounts,
    owned_pixels,
)
from metapixel_provider.sharing.estate.requests import find_parties, wanted_requests
from metapixel_provider.sharing.estate.routes import (
    AGENCIES,
    CLIENTS,
    OWNED_AD_ACCOUNTS,
    USERS,
    Route,
)
from metapixel_provider.sharing.nodes import Agency, id_in, text
from metapixel_provider.sharing.request_lists import SENT

if TYPE_CHECKING:
    from metapixel_provider.errors import GraphError
    from metapixel_provider.graph.calls import Node
    from metapixel_provider.graph.client import Client
    from metapixel_provider.graph.paging import ReadMany
    from metapixel_provider.sharing.estate.lists import Listed

#: The lists of the agencies that should have nothing.
_ACCOUNTS, _USERS = (replace(each, is_inferred=False) for each in (OWNED_AD_ACCOUNTS, USERS))


class Edge(StrEnum):
    """An edge of the Graph API, in the order in which access on these edges should be ended.

    An admin of an agency can withdraw permissions only while the agency has the pixel.
    """

    PIXELS = "Business/owned_pixels"
    ACCOUNTS = "Business/owned_ad_accounts"
    REQUESTS = "Business/initiated_sharing_agreements"
    PIXEL_ACCOUNTS = "AdsPixel/shared_accounts"
    PIXEL_AGENCIES = "AdsPixel/agencies"
    PIXEL_USERS = "AdsPixel/assigned_users"
    ACCOUNT_AGENCIES = "AdAccount/agencies"
    ACCOUNT_USERS = "AdAccount/assigned_users"
    PARTNERS = "Business/agencies"
    PEOPLE = "Business/business_users"
    INVITATIONS = "Business/pending_users"
    SYSTEM_USERS = "Business/system_users"


@dataclass(frozen=True)
class Named:
    """A pixel, an ad account or a business."""

    id: str
    name: str


@dataclass(frozen=True)
class Member:
    """A person, a system user or an invited person of a business.

    `domain` is the part of the email address after the `@` in lower case, or empty if unknown.
    """

    id: str
    domain: str


Item = Named | Agency | AdAccount | AssignedUser | SentRequest | Member


@dataclass(frozen=True)
class AccessList:
    """A list of an asset or of the owner. It is complete if there is no `reason`.

    `business_id` is the business whose items were requested, empty for a list of all items. `total`
    is the number of all items that Meta reported, or None.
    """

    edge: Edge
    asset: Named
    business_id: str
    items: tuple[Item, ...]
    total: int | None
    reason: str


@dataclass(frozen=True)
class Remains:
    """All lists of an owner that can contain access of agencies, in the order of their edges.

    `names` contains the names of businesses that Meta returned, by id.
    """

    owner: Named
    names: Mapping[str, str]
    lists: tuple[AccessList, ...]

    def of(self, edge: Edge) -> Iterator[tuple[AccessList, Item]]:
        """Yield each item of the lists of an edge, with its list."""
        return ((each, item) for each in self.lists if each.edge is edge for item in each.items)


def read_remains(
    client: Client, owner_id: str, agencies: Collection[str], also: Collection[str] = ()
) -> Remains:
    """Read everything that `agencies` may have at an owner. Errors of Meta are part of the result.

    Also looks for their ad accounts among those that were permitted through other businesses: the
    agencies of pixels, recipients of requests, partners, and `also`. All ids consist of digits.
    """
    read = client.get_many
    own = _read_own(read, owner_id)
    pixels, accounts, sent = own[Edge.PIXELS], own[Edge.ACCOUNTS], own[Edge.REQUESTS]
    # No other list proves that an omitted list of agencies is empty.
    on_pixels = [(AGENCIES, "", each) for each in pixels.items.values()]
    on_accounts = [(CLIENTS, "", each) for each in accounts.items.values()]
    routes = [*on_pixels, *on_accounts]
    read_each(read, [each for each in routes if "" not in each[2].lists[each[0]].read])
    listed = [it for route, _, asset in routes for it in asset.lists[route].read.get("", ())]
    known = (*own[Edge.PARTNERS].items.values(), *listed)
    names = dict.fromkeys((*also, *agencies), "") | {each.id: each.name for each in known}
    find_parties(read, owner_id, SENT, sent, names)
    for each in sent.items.values():
        names[each.agency_business_id] = names.get(each.agency_business_id) or each.agency_name
    sent.items = {key: each for key, each in sent.items.items() if each.request.is_open}
    asked: dict[str, Sequence[Route]]
    asked = dict.fromkeys({owner_id, *names} - {""}, (OWNED_AD_ACCOUNTS,))
    asked |= dict.fromkeys(agencies, (_ACCOUNTS, _USERS))
    Holders(read, owner_id, pixels).read(asked)
    Holders(read, owner_id, accounts).read(dict.fromkeys(agencies, (_USERS,)))
    unnamed = [each for each in agencies if not names[each] and each not in also]
    names |= {each: business_name(client, each) for each in (owner_id, *unnamed)}
    owner = Named(owner_id, names[owner_id])
    found = sorted(_lists(owner, own), key=lambda each: [*Edge].index(each.edge))
    return Remains(owner, names, tuple(found))


def _read_own(read: ReadMany, owner_id: str) -> dict[Edge, Listed[Any]]:
    """Read the owner's own lists. Their first pages are in the same batch."""

    def of_owner(edge: Edge, noun: str, fields: str) -> Wanted[Any]:
        path = f"{owner_id}/{edge.partition('/')[2]}"
        full, plain = (
            Call("GET", path, {"fields": each, "limit": PAGE, "summary": "true"})
            for each in (fields, "id")
        )
        return Wanted(full, f"read the {noun} of business {owner_id}", _member, plain)

    wanted: dict[Edge, Wanted[Any]] = {
        Edge.PIXELS: owned_pixels(owner_id),
        Edge.REQUESTS: wanted_requests(SENT, owner_id),
        Edge.ACCOUNTS: owned_ad_accounts(owner_id),
        Edge.PARTNERS: wanted_partners(owner_id),
        Edge.PEOPLE: of_owner(Edge.PEOPLE, "people", "id,email"),
        Edge.INVITATIONS: of_owner(Edge.INVITATIONS, "invitations", "id,email"),
        Edge.SYSTEM_USERS: of_owner(Edge.SYSTEM_USERS, "system users", "id"),
    }
    return dict(zip(wanted, read_lists(read, [*wanted.values()]), strict=True))


def _member(node: Node) -> Member:
    return Member(id_in(node, "id"), text(node, "email").rpartition("@")[2].lower())


def _lists(owner: Named, own: Mapping[Edge, Listed[Any]]) -> Iterator[AccessList]:
    advice = admin_of("owner", owner.id)
    for edge, listed in own.items():
        items = [*listed.items.values()]
        errors = errors_of(listed) if edge in (Edge.PIXELS, Edge.ACCOUNTS) else listed.errors
        reason = _reason(errors, len(items), listed.total, advice)
        named = (Named(each.id, each.name) if isinstance(each, Asset) else each for each in items)
        yield AccessList(edge, owner, "", tuple(named), listed.total, reason)
    for asset in own[Edge.PIXELS].items.values():
        yield from _of_asset(
            asset, advice, Edge.PIXEL_ACCOUNTS, Edge.PIXEL_AGENCIES, Edge.PIXEL_USERS
        )
    for asset in own[Edge.ACCOUNTS].items.values():
        yield from _of_asset(asset, advice, Edge.ACCOUNT_AGENCIES, Edge.ACCOUNT_USERS)


def _of_asset(asset: Asset, advice: str, *edges: Edge) -> Iterator[AccessList]:
    """Yield the lists of an asset, each of one business or of all agencies."""
    by_name = {edge.partition("/")[2]: edge for edge in edges}
    for route, lists in asset.lists.items():
        for business in dict.fromkeys((*lists.read, *lists.omitted, *lists.failures)):
            items, total = lists.read.get(business, ()), lists.totals.get(business)
            errors, unread = lists.failures.get(business, []), ""
            if business not in lists.read:
                # The error of another list of this kind can explain why this one was not read.
                errors, unread = errors or lists.errors, "Meta left out this list"
            reason = _reason(errors, len(items), total, advice) or unread
            named = Named(asset.id, asset.name)
            yield AccessList(by_name[route.edge], named, business, items, total, reason)


def _reason(errors: Sequence[GraphError], items: int, total: int | None, advice: str) -> str:
    """Return why a list is incomplete, or an empty string."""
    if not errors and total not in (None, items):
        return f"Meta reported {total:,} items, and returned {items:,}"
    return part((), errors, advice).reason
