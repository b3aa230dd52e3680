"""Reads of all lists of an owner that can contain access of agencies which should have none.

Unlike an estate, the result keeps each list, with the reason why it is incomplete. An omitted list
of such an agency is read with a call of its own: only its own answer proves that it is empty.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any

from metapixel_provider.sharing import edges
from metapixel_provider.sharing.edges import NO_BUSINESS, SENT, Read
from metapixel_provider.sharing.estate import assets
from metapixel_provider.sharing.estate.asset_lists import read_agencies, read_holders
from metapixel_provider.sharing.estate.estate import AdAccount, AssignedUser, Member, SentRequest
from metapixel_provider.sharing.estate.lists import read_lists
from metapixel_provider.sharing.estate.observe import admin_of, business_name, reason_of
from metapixel_provider.sharing.estate.requests import drop_ended, find_parties
from metapixel_provider.sharing.nodes import Agency

if TYPE_CHECKING:
    from metapixel_provider.graph.client import Client
    from metapixel_provider.sharing.estate.lists import Listed


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
    id: str
    name: str


Item = assets.Asset | Agency | AdAccount | AssignedUser | SentRequest | Member
#: A list, and its items.
_WithItems = tuple["ListRead", Sequence[Item]]


@dataclass(frozen=True)
class ListRead:
    """A list of an asset or of the owner: the items that arrived, and the total at Meta or None.

    `business` is the business whose items were requested, empty for a list of all items.
    """

    edge: Edge
    asset: Named
    business: str
    items: int
    total: int | None
    complete: bool
    reason: str


@dataclass(frozen=True)
class Remains:
    """All lists of an owner that can contain access of agencies, in the order of their edges.

    `names` contains the names of businesses that Meta returned, by id.
    """

    owner: Named
    names: Mapping[str, str]
    lists: Mapping[ListRead, Sequence[Item]]

    def of(self, edge: Edge, asset: Named | None = None) -> list[Item]:
        """Return the items of all lists of an edge, or of those of one asset."""
        found: list[Item] = []
        for each, items in self.lists.items():
            if each.edge is edge and (asset is None or asset == each.asset):
                found += items
        return found


def read_remains(
    client: Client, owner_id: str, agencies: Collection[str], known: Collection[str] = ()
) -> Remains:
    """Read everything that `agencies` may have at an owner. Errors of Meta are part of the result.

    Also looks for their ad accounts among those that were permitted through other businesses: the
    agencies of pixels, recipients of requests, partners, and `known`. All ids consist of digits.
    """
    read, wanted = client.get_many, _lists_of_owner(owner_id)
    # The first pages of these lists are in the same batch.
    own = dict(zip(wanted, read_lists(read, [*wanted.values()]), strict=True))
    pixels, accounts, sent = own[Edge.PIXELS], own[Edge.ACCOUNTS], own[Edge.REQUESTS]
    pixels_and_accounts = [*pixels.items.values(), *accounts.items.values()]
    candidates = dict.fromkeys((*known, *agencies), "")
    related = [*read_agencies(read, pixels_and_accounts), *own[Edge.PARTNERS].items.values()]
    candidates |= {each.id: each.name for each in related}
    # The recipients of ended requests are related too, so these are dropped later.
    names = find_parties(read, owner_id, SENT, sent, candidates)
    drop_ended(sent)
    other_businesses = {owner_id, *names}.difference(agencies)
    accounts_only = (edges.AD_ACCOUNTS_WITH_OWNER,)
    read_holders(read, pixels, other_businesses, accounts_only, proved_by=owner_id)
    # Only an agency's own list proves that it is empty.
    read_holders(read, pixels, agencies, (edges.AD_ACCOUNTS_WITH_OWNER, edges.USERS))
    read_holders(read, accounts, agencies, (edges.USERS,))
    names[owner_id] = business_name(client, owner_id)
    for agency in agencies:
        if agency not in known and not names[agency]:
            names[agency] = business_name(client, agency)
    owner = Named(owner_id, names[owner_id])
    return Remains(owner, names, _lists_in_order(owner, own, pixels_and_accounts))


def _lists_in_order(
    owner: Named, own: Mapping[Edge, Listed[Any]], found: Sequence[assets.Asset]
) -> dict[ListRead, Sequence[Item]]:
    """Return the lists of an owner and of its assets, in the order of their edges."""
    advice = admin_of("owner", owner.id)
    lists = []
    for edge, listed in own.items():
        reason = reason_of(listed.errors, advice)
        items = [*listed.items.values()]
        lists.append(_with_items(edge, owner, NO_BUSINESS, items, listed.total, reason))
    for asset in found:
        lists += _lists_of_asset(asset, advice)
    order = list(Edge)
    return dict(sorted(lists, key=lambda each: order.index(each[0].edge)))


def _lists_of_owner(owner_id: str) -> dict[Edge, Read[Any]]:
    of_pixel = partial(assets.owned_pixel, owner_id)
    of_ad_account = partial(assets.owned_ad_account, owner_id)
    return {
        Edge.PIXELS: edges.owned_pixels(owner_id, of_pixel),
        Edge.REQUESTS: edges.requests_in_estate(SENT, owner_id),
        Edge.ACCOUNTS: edges.owned_ad_accounts(owner_id, of_ad_account),
        Edge.PARTNERS: edges.list_of_business(edges.PARTNERS, owner_id),
        Edge.PEOPLE: edges.list_of_business(edges.PEOPLE, owner_id),
        Edge.INVITATIONS: edges.list_of_business(edges.INVITATIONS, owner_id),
        Edge.SYSTEM_USERS: edges.list_of_business(edges.SYSTEM_USERS, owner_id),
    }


def _lists_of_asset(asset: assets.Asset, advice: str) -> Iterator[_WithItems]:
    """Yield the lists of an asset, each of one business or of all agencies."""
    named = Named(asset.id, asset.name)
    node = "AdsPixel" if asset.noun == "pixel" else "AdAccount"
    for kind, lists in asset.lists.items():
        edge = Edge(f"{node}/{kind.edge}")
        for business in dict.fromkeys((*lists.read, *sorted(lists.omitted), *lists.failures)):
            was_read = business in lists.read
            reason = reason_of(lists.failures.get(business, []), advice)
            if not was_read and not reason:
                # The error of another list of this kind can explain why this one was not read.
                reason = reason_of(lists.errors, advice) or "Meta left out this list"
            items, total = lists.read.get(business, ()), lists.totals.get(business)
            yield _with_items(edge, named, business, items, total, reason)


def _with_items(
    edge: Edge, asset: Named, business: str, items: Sequence[Item], total: int | None, reason: str
) -> _WithItems:
    number = len(items)
    is_short = total is not None and total != number
    if not reason and is_short:
        reason = f"Meta reported {total:,} items, and returned {number:,}"
    return ListRead(edge, asset, business, number, total, not reason, reason), items
