"""Reads of the ad accounts and users that businesses have on the pixels or ad accounts of an owner.

Pages of these assets include the lists for one business at a time through field expansion. A list
that is missing there is read with a call of its own, unless it is proved to be empty (`Lists`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from metapixel_provider.errors import Fault, GraphError, OutcomeUnknownError, TooMuchDataError
from metapixel_provider.graph.calls import Call, Node
from metapixel_provider.graph.paging import ReadMany, read_edges
from metapixel_provider.sharing.estate.lists import PAGE, Wanted, may_be_of_a_part, read_lists

if TYPE_CHECKING:
    from metapixel_provider.sharing.estate.assets import Asset, ListKind
    from metapixel_provider.sharing.estate.lists import Listed

    #: The errors that concern one kind of list of a business on all assets.
    Refused = dict[tuple[ListKind, str], GraphError]

#: The errors after which the list of a single asset may still be readable.
_UNFINISHED = (OutcomeUnknownError, TooMuchDataError)


def read_holders(
    read: ReadMany,
    owner_id: str,
    assets: Listed[Any],
    businesses: Iterable[str],
    kinds: Sequence[ListKind],
    infers: bool = True,
) -> None:
    """Read these kinds of lists of businesses on the assets of an owner.

    If it `infers`, the owner's list proves that omitted ones are empty.
    """
    if not assets.items:
        return
    asked = sorted(businesses)
    refused = _read_pages(read, assets, [(business, kinds) for business in asked])
    if infers:
        _read_missing(read, assets, [owner_id], kinds, refused)
        for asset in assets.items.values():
            for lists in asset.lists.values():
                lists.infer(asset.owner_id)
    others = [business for business in asked if business != owner_id]
    _read_missing(read, assets, others, kinds, refused)


def _read_pages(
    read: ReadMany, assets: Listed[Any], asked: Sequence[tuple[str, Sequence[ListKind]]]
) -> Refused:
    """Read the assets again, once for each business, with lists of this business."""
    edges = []
    for business, kinds in asked:
        fields = ",".join(("id", *(kind.expansion(business) for kind in kinds)))
        params = {"fields": fields, "limit": PAGE}
        edges.append(Call("GET", assets.wanted.edge.path, params))
    refused: Refused = {}
    alone: list[tuple[str, Sequence[ListKind]]] = []
    for page in read_edges(read, edges):
        business, kinds = asked[page.position]
        for node in page.nodes:
            _take(assets, node, business, kinds)
        if page.error is None:
            continue
        is_of_a_part = may_be_of_a_part(page.error)
        if is_of_a_part and len(kinds) > 1:
            # One of the lists may cause the error, so each is read without the other.
            alone += [(business, (kind,)) for kind in kinds]
        elif not (is_of_a_part and isinstance(page.error, _UNFINISHED)):
            refused |= dict.fromkeys(((kind, business) for kind in kinds), page.error)
    if alone:
        refused |= _read_pages(read, assets, alone)
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
    place = assets.wanted.operation.removeprefix("read ")
    for asset in assets.items.values():
        for kind in kinds:
            lists = asset.lists[kind]
            for business in lists.missing(businesses):
                error = refused.get((kind, business))
                if error is None:
                    missing.append((kind, business, asset))
                else:
                    action = f"read the {kind.name} of business {business} on {place}"
                    lists.fail(business, error.during(action))
    read_each(read, missing)


def read_agencies(read: ReadMany, assets: Iterable[Asset]) -> None:
    """Read omitted lists of agencies. No other list of an asset proves that they are empty."""
    lacking = (each for each in assets if "" not in each.lists[each.shared].read)
    read_each(read, [(each.shared, "", each) for each in lacking])


def read_each(read: ReadMany, missing: Sequence[tuple[ListKind, str, Asset]]) -> None:
    """Read each list with a separate call. The list of agencies has no business."""
    wanted: list[Wanted[Any]] = []
    for kind, business, asset in missing:
        params = {"business": business} if business else {}
        params |= {"fields": kind.fields, "limit": PAGE, "summary": "true"}
        place = f"of business {business} on" if business else "of"
        wanted.append(
            Wanted(
                Call("GET", f"{asset.path}/{kind.edge}", params),
                f"read the {kind.name} {place} {asset.noun} {asset.id}",
                kind.convert,
            )
        )
    for (kind, business, asset), listed in zip(missing, read_lists(read, wanted), strict=True):
        items, lists = tuple(listed.items.values()), asset.lists[kind]
        if items or not listed.errors:
            lists.read[business] = items
        if listed.total is not None:
            lists.totals[business] = listed.total
        if listed.errors:
            lists.fail(business, *listed.errors)
