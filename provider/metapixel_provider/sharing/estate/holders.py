"""Reads of the ad accounts and users that businesses have on the pixels or ad accounts of an owner.

Pages of these assets include the lists for one business at a time through field expansion. A list
that is missing there is read with a call of its own, unless it is proved to be empty
(`omitted.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from metapixel_provider.errors import Fault, OutcomeUnknownError, TooMuchDataError
from metapixel_provider.graph.calls import Call
from metapixel_provider.graph.paging import read_edges
from metapixel_provider.sharing.estate.lists import (
    PAGE,
    Wanted,
    may_be_of_a_part,
    read_lists,
)

if TYPE_CHECKING:
    from metapixel_provider.errors import GraphError
    from metapixel_provider.graph.calls import Node
    from metapixel_provider.graph.paging import ReadMany
    from metapixel_provider.sharing.estate.lists import Listed
    from metapixel_provider.sharing.estate.pixels import Asset
    from metapixel_provider.sharing.estate.routes import Route

    #: The kinds of lists to read of each business.
    Asked = Mapping[str, Sequence[Route]]

#: The errors after which the list of a single asset may still be readable.
_UNFINISHED = (OutcomeUnknownError, TooMuchDataError)


class Holders:
    """A reader of the ad accounts and users that businesses have on a list of assets."""

    def __init__(self, read: ReadMany, owner_id: str, assets: Listed[Any]) -> None:
        self._read = read
        self._owner = owner_id
        self._listed = assets
        self._wanted = assets.wanted
        self._assets: Mapping[str, Asset] = assets.items
        #: The errors that concern one kind of list of a business on all assets.
        self._refused: dict[tuple[Route, str], GraphError] = {}

    def read(self, asked: Asked, infers: bool = True) -> None:
        """Read the lists. If it `infers`, the owner's list proves that omitted ones are empty."""
        if not self._assets:
            return
        self._read_pages(sorted(asked.items()))
        if infers:
            self._read_missing({self._owner: asked[self._owner]})
            for asset in self._assets.values():
                for lists in asset.lists.values():
                    lists.infer(asset.owner_id)
        self._read_missing({each: asked[each] for each in sorted(asked) if each != self._owner})

    def _read_pages(self, asked: Sequence[tuple[str, Sequence[Route]]]) -> None:
        """Read the assets again, once for each business, with lists of this business."""
        edges = [
            Call(
                "GET",
                self._wanted.edge.path,
                {
                    "fields": ",".join(("id", *(route.expansion(business) for route in routes))),
                    "limit": PAGE,
                },
            )
            for business, routes in asked
        ]
        alone: list[tuple[str, Sequence[Route]]] = []
        for page in read_edges(self._read, edges):
            business, routes = asked[page.position]
            for node in page.nodes:
                self._take(node, business, routes)
            if page.error is None:
                continue
            if may_be_of_a_part(page.error) and len(routes) > 1:
                # One of the lists may cause the error, so each is read without the other.
                alone += [(business, (route,)) for route in routes]
            elif not (may_be_of_a_part(page.error) and isinstance(page.error, _UNFINISHED)):
                self._refused |= {(route, business): page.error for route in routes}
        if alone:
            self._read_pages(alone)

    def _take(self, node: Node, business: str, routes: Sequence[Route]) -> None:
        """Take the lists of an asset. An unlisted asset proves that the list is outdated."""
        try:
            asset = self._assets.get(self._wanted.convert(node).id)
            if asset is None:
                raise OutcomeUnknownError(Fault("a list that changed while it was read"))
            for route in routes:
                asset.lists[route].take(business, node)
        except OutcomeUnknownError as error:
            self._listed.errors.append(error.during(self._wanted.operation))

    def _read_missing(self, asked: Asked) -> None:
        """Read each missing list with a separate call."""
        missing: list[tuple[Route, str, Asset]] = []
        kinds = dict.fromkeys(route for routes in asked.values() for route in routes)
        for asset in self._assets.values():
            for route in kinds:
                lists = asset.lists[route]
                for business in lists.missing([each for each in asked if route in asked[each]]):
                    error = self._refused.get((route, business))
                    if error is None:
                        missing.append((route, business, asset))
                        continue
                    assets = self._wanted.operation.removeprefix("read ")
                    action = f"read the {route.name} of business {business} on {assets}"
                    lists.fail(business, error.during(action))
        read_each(self._read, missing)


def read_agencies(read: ReadMany, assets: Iterable[Asset]) -> None:
    """Read omitted lists of agencies. No other list of an asset proves that they are empty."""
    lacking = (each for each in assets if "" not in each.lists[each.shared].read)
    read_each(read, [(each.shared, "", each) for each in lacking])


def read_each(read: ReadMany, missing: Sequence[tuple[Route, str, Asset]]) -> None:
    """Read each list with a separate call. The list of agencies has no business."""
    wanted: list[Wanted[Any]] = []
    for route, business, asset in missing:
        params = {"business": business} if business else {}
        params |= {"fields": route.fields, "limit": PAGE, "summary": "true"}
        place = f"of business {business} on" if business else "of"
        wanted.append(
            Wanted(
                Call("GET", f"{asset.path}/{route.edge}", params),
                f"read the {route.name} {place} {asset.noun} {asset.id}",
                route.convert,
            )
        )
    for (route, business, asset), listed in zip(missing, read_lists(read, wanted), strict=True):
        items, lists = tuple(listed.items.values()), asset.lists[route]
        if items or not listed.errors:
            lists.read[business] = items
        if listed.total is not None:
            lists.totals[business] = listed.total
        if listed.errors:
            lists.fail(business, *listed.errors)
