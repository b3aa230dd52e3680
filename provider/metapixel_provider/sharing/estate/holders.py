"""Reads of the ad accounts and users that businesses have on the pixels or ad accounts of an owner.

A list that pages of these assets omit is read alone, unless it is proved to be empty (`Lists`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

from metapixel_provider.errors import Fault, GraphError, OutcomeUnknownError, TooMuchDataError
from metapixel_provider.graph.calls import Call, Node
from metapixel_provider.graph.paging import ReadMany, read_edges
from metapixel_provider.sharing.estate.assets import NO_BUSINESS
from metapixel_provider.sharing.estate.lists import PAGE, Wanted, may_succeed_in_part, read_lists

if TYPE_CHECKING:
    from metapixel_provider.sharing.estate.assets import Asset, ListKind
    from metapixel_provider.sharing.estate.lists import Listed
    from metapixel_provider.sharing.nodes import Agency

    #: The errors that concern one kind of list of a business on all assets.
    Refused = dict[tuple[ListKind, str], GraphError]


def read_holders(
    read: ReadMany,
    owner_id: str,
    assets: Listed[Any],
    businesses: Iterable[str],
    kinds: Sequence[ListKind],
    infers_empty: bool = True,
) -> None:
    """Read these kinds of lists of businesses on the assets of an owner.

    Without `infers_empty`, each omitted list is read alone.
    """
    if not assets.items:
        return
    ordered = sorted(businesses)
    refused = _read_pages(read, assets, [(business, kinds) for business in ordered])
    if infers_empty:
        # The owner's lists come first, because they can prove that the omitted ones are empty.
        _read_missing(read, assets, [owner_id], kinds, refused)
        for asset in assets.items.values():
            for lists in asset.lists.values():
                lists.infer_empty(asset.owner_id)
    others = [business for business in ordered if business != owner_id]
    _read_missing(read, assets, others, kinds, refused)


def _read_pages(
    read: ReadMany, assets: Listed[Any], readings: Sequence[tuple[str, Sequence[ListKind]]]
) -> Refused:
    """Read the assets again, once for each business, with these kinds of lists of this business.

    Returns the errors after which the lists of single assets are not read either.
    """
    edges = []
    for business, kinds in readings:
        expansions = [kind.expansion(business) for kind in kinds]
        params = {"fields": ",".join(["id", *expansions]), "limit": PAGE}
        edges.append(Call("GET", assets.wanted.edge.path, params))
    refused: Refused = {}
    by_kind: list[tuple[str, Sequence[ListKind]]] = []
    for page in read_edges(read, edges):
        business, kinds = readings[page.position]
        for node in page.nodes:
            _take(assets, node, business, kinds)
        if page.error is None:
            continue
        succeeds_in_part = may_succeed_in_part(page.error)
        # After such an error, the list of a single asset may still be readable.
        is_unfinished = isinstance(page.error, OutcomeUnknownError | TooMuchDataError)
        if succeeds_in_part and len(kinds) > 1:
            # One of the lists may cause the error, so each is read without the other.
            by_kind += [(business, [kind]) for kind in kinds]
        elif not (succeeds_in_part and is_unfinished):
            refused |= {(kind, business): page.error for kind in kinds}
    if by_kind:
        refused |= _read_pages(read, assets, by_kind)
    return refused


def _take(assets: Listed[Any], node: Node, business: str, kinds: Sequence[ListKind]) -> None:
    """Take the lists of an asset. An unlisted asset proves that the list is outdated."""
    try:
        asset = assets.items.get(assets.wanted.convert(node).id)
        if asset is None:
            raise OutcomeUnknownError(Fault("a list that changed while it was read"))
        for kind in kinds:
            asset.lists[kind].take(business, node)
    except OutcomeUnknownError as error:
        assets.fail(error)


def _read_missing(
    read: ReadMany,
    assets: Listed[Any],
    businesses: Collection[str],
    kinds: Sequence[ListKind],
    refused: Refused,
) -> None:
    """Read each missing list alone, unless the error about its business and kind is known."""
    missing: list[tuple[ListKind, str, Asset]] = []
    place = assets.wanted.operation.removeprefix("read ")  # "the pixels of business 1"
    for asset, kind in product(assets.items.values(), kinds):
        lists = asset.lists[kind]
        for business in lists.missing(businesses):
            if (kind, business) in refused:
                action = f"read the {kind.name} of business {business} on {place}"
                lists.fail(business, refused[kind, business].during(action))
            else:
                missing.append((kind, business, asset))
    read_separately(read, missing)


def read_agencies(read: ReadMany, assets: Collection[Asset]) -> list[Agency]:
    """Return the agencies of all assets, after reading the lists of agencies that were omitted.

    No other list of an asset proves that its list of agencies is empty.
    """
    omitted = [each for each in assets if NO_BUSINESS not in each.lists[each.shared].read]
    read_separately(read, [(each.shared, NO_BUSINESS, each) for each in omitted])
    agencies: list[Agency] = []
    for asset in assets:
        agencies += asset.agencies.values()
    return agencies


def read_separately(read: ReadMany, missing: Sequence[tuple[ListKind, str, Asset]]) -> None:
    """Read each list with a separate call. The list of agencies has no business."""
    lists: list[Wanted[Any]] = []
    for kind, business, asset in missing:
        params = {"fields": kind.fields, "limit": PAGE, "summary": "true"}
        place = f"{asset.noun} {asset.id}"
        operation = f"read the {kind.name} of {place}"
        if business != NO_BUSINESS:
            params = {"business": business, **params}
            operation = f"read the {kind.name} of business {business} on {place}"
        call = Call("GET", f"{asset.path}/{kind.edge}", params)
        lists.append(Wanted(call, operation, kind.convert))
    for (kind, business, asset), listed in zip(missing, read_lists(read, lists), strict=True):
        asset.lists[kind].take_alone(business, listed)
