"""Reads of the ad accounts and users that businesses have on the pixels or ad accounts of an owner.

A list that pages of these assets omit is read alone, unless it is proved to be empty (`Lists`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, product
from typing import TYPE_CHECKING, Any

from metapixel_provider.errors import Fault, GraphError, OutcomeUnknownError, TooMuchDataError
from metapixel_provider.graph.paging import ReadMany, read_edges
from metapixel_provider.sharing import edges
from metapixel_provider.sharing.edges import NO_BUSINESS
from metapixel_provider.sharing.estate.lists import may_succeed_in_part, read_lists

if TYPE_CHECKING:
    from metapixel_provider.graph.calls import Node
    from metapixel_provider.sharing.edges import ListKind
    from metapixel_provider.sharing.estate.assets import Asset
    from metapixel_provider.sharing.estate.lists import Listed
    from metapixel_provider.sharing.nodes import Agency

    #: The kinds of lists of businesses that are unreadable on all assets, and the error of each.
    Unreadable = dict[tuple[ListKind, str], GraphError]
    #: A business, and the kinds of its lists that are read with the pages of assets.
    Reading = tuple[str, Sequence[ListKind]]


def read_holders(
    read: ReadMany,
    assets: Listed[Any],
    businesses: Iterable[str],
    kinds: Sequence[ListKind],
    proved_by: str = "",
) -> None:
    """Read these kinds of lists of businesses on assets, and each omitted list alone.

    The lists of the owner `proved_by` come first, if any: they can prove omitted lists empty.
    """
    ordered = sorted(businesses)
    unreadable = _read_pages(read, assets, [(business, kinds) for business in ordered])
    if proved_by:
        _read_missing(read, assets, [proved_by], kinds, unreadable)
        for asset in assets.items.values():
            for lists in asset.lists.values():
                lists.infer_empty(asset.owner_id)
    others = [business for business in ordered if business != proved_by]
    _read_missing(read, assets, others, kinds, unreadable)


def _read_pages(read: ReadMany, assets: Listed[Any], readings: Sequence[Reading]) -> Unreadable:
    """Read the assets again, once for each business, with these kinds of lists of this business."""
    if not assets.items:
        return {}
    unreadable: Unreadable = {}
    by_kind: list[Reading] = []
    for (business, kinds), error in _take_pages(read, assets, readings):
        if not may_succeed_in_part(error):
            unreadable |= {(kind, business): error for kind in kinds}
        elif len(kinds) > 1:
            # One of the lists may cause the error, so each is read without the other.
            by_kind += [(business, [kind]) for kind in kinds]
        elif not isinstance(error, OutcomeUnknownError | TooMuchDataError):
            # Unlike after these two, the list of a single asset is unreadable too.
            unreadable[kinds[0], business] = error
    if by_kind:
        unreadable |= _read_pages(read, assets, by_kind)
    return unreadable


def _take_pages(
    read: ReadMany, assets: Listed[Any], readings: Sequence[Reading]
) -> Iterator[tuple[Reading, GraphError]]:
    """Take the lists of all readings, as far as they arrive. Yield each reading that fails."""
    calls = [edges.lists_of_assets(assets.read, *reading) for reading in readings]
    for page in read_edges(read, calls):
        business, kinds = readings[page.position]
        for node in page.nodes:
            _take(assets, node, business, kinds)
        if page.error is not None:
            yield (business, kinds), page.error


def _take(assets: Listed[Any], node: Node, business: str, kinds: Sequence[ListKind]) -> None:
    """Take the lists of an asset. An unlisted asset proves that the list is outdated."""
    try:
        asset = assets.items.get(assets.read.convert(node).id)
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
    unreadable: Unreadable,
) -> None:
    """Read each missing list alone, unless its kind is known to be unreadable for its business."""
    missing: list[tuple[ListKind, str, Asset]] = []
    place = assets.read.operation.removeprefix("read ")  # "the pixels of business 1"
    for asset, kind in product(assets.items.values(), kinds):
        lists = asset.lists[kind]
        for business in lists.missing(businesses):
            if (kind, business) in unreadable:
                action = f"read the {kind.name} of business {business} on {place}"
                lists.fail(business, unreadable[kind, business].during(action))
            else:
                missing.append((kind, business, asset))
    read_separately(read, missing)


def read_agencies(read: ReadMany, assets: Collection[Asset]) -> list[Agency]:
    """Return the agencies of all assets, after reading the lists of agencies that were omitted.

    No other list of an asset proves that its list of agencies is empty.
    """
    omitted = [each for each in assets if NO_BUSINESS not in each.lists[each.agencies_kind].read]
    read_separately(read, [(each.agencies_kind, NO_BUSINESS, each) for each in omitted])
    return list(chain.from_iterable(each.agencies.values() for each in assets))


def read_separately(read: ReadMany, missing: Sequence[tuple[ListKind, str, Asset]]) -> None:
    """Read each list with a separate call. The list of agencies has no business."""
    lists = []
    for kind, business, asset in missing:
        title = f"{asset.noun} {asset.id}"
        lists.append(edges.list_of_asset(kind, asset.path, title, business))
    for (kind, business, asset), listed in zip(missing, read_lists(read, lists), strict=True):
        asset.lists[kind].take_alone(business, listed)
