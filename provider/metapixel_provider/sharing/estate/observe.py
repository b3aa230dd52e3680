"""Reads of a whole estate. Even a large estate needs only a few requests.

A page of pixels includes their agencies through field expansion, and a batch reads the ad accounts
of all agencies. Source: Meta, "Using the Graph API" (field expansion), "Batch Requests".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from metapixel_provider.errors import TooMuchDataError
from metapixel_provider.graph.calls import Call, Node
from metapixel_provider.graph.paging import with_the_rest
from metapixel_provider.sharing.asset import PIXEL
from metapixel_provider.sharing.meta import AGENCIES, AGENCY_FIELDS, doing, expanded
from metapixel_provider.sharing.nodes import SharedAsset, ad_account_in, id_in, shared_asset_of

if TYPE_CHECKING:
    from metapixel_provider.graph.client import Client

_PIXELS_PER_PAGE = "100"


@dataclass(frozen=True)
class Estate:
    """The pixels of a business, their agencies, and the permitted ad accounts.

    `ad_accounts` maps a pixel and a business to ad account ids, as digits.
    """

    business_id: str
    pixels: tuple[SharedAsset, ...]
    ad_accounts: Mapping[tuple[str, str], frozenset[str]]


def read_estate(client: Client, business_id: str) -> Estate:
    """Read the whole estate. Raise a GraphError that names the failed read."""
    path = f"{business_id}/owned_pixels"
    with doing(f"read the pixels of business {business_id}"):
        fields = f"id,name,{PIXEL.owner}{{id,name}},{AGENCIES}"
        found = list(client.get_all(path, {"fields": fields, "limit": _PIXELS_PER_PAGE}))
        params = {"fields": AGENCY_FIELDS}
        pixels = tuple(
            shared_asset_of(PIXEL, node, _edge(client, node, PIXEL.edge, params)) for node in found
        )
    businesses = sorted({agency for pixel in pixels for agency in pixel.agencies} | {business_id})
    with doing(f"read the ad accounts on the pixels of business {business_id}"):
        listed = _ad_accounts(client, path, businesses) if pixels else []
        return Estate(business_id, pixels, {key: accounts for key, accounts in listed if accounts})


def _edge(client: Client, node: Node, edge: str, params: Mapping[str, str]) -> list[Node]:
    """Return all nodes of an edge. `node` contains the first page.

    This function reads the other pages.
    """
    path = f"{id_in(node, 'id')}/{edge}"
    return expanded(node, edge, partial(client.get, path), params)


def _ad_accounts(
    client: Client, path: str, businesses: Sequence[str]
) -> Iterator[tuple[tuple[str, str], frozenset[str]]]:
    """Yield the permitted ad accounts by pixel and business, with a batch entry per business."""
    calls = [
        Call(
            "GET",
            path,
            {
                "fields": f"id,shared_accounts.business({business}).limit(100){{account_id}}",
                "limit": _PIXELS_PER_PAGE,
            },
        )
        for business in businesses
    ]
    for business, call, answer in zip(businesses, calls, client.get_many(calls), strict=True):
        if isinstance(answer.error, TooMuchDataError):
            listed = list(client.get_all(path, call.params))
        elif answer.error is not None:
            raise answer.error
        else:
            listed = with_the_rest(answer.node, partial(client.get, path), call.params)
        for node in listed:
            params = {"fields": "account_id", "business": business}
            accounts = _edge(client, node, "shared_accounts", params)
            permitted = frozenset(map(ad_account_in, accounts))
            yield (id_in(node, "id"), business), permitted
