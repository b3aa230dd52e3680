"""Reads of the ad accounts and users that businesses have on the pixels of an owner.

Pages of pixels include these lists for one business at a time through field expansion. A list that
is missing there is read with a call of its own, unless it is proved to be empty (`omitted.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
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
from metapixel_provider.sharing.estate.routes import OF_BUSINESSES, Route
from metapixel_provider.sharing.nodes import id_in

if TYPE_CHECKING:
    from metapixel_provider.errors import GraphError
    from metapixel_provider.graph.calls import Node
    from metapixel_provider.graph.paging import ReadMany
    from metapixel_provider.sharing.estate.lists import Listed
    from metapixel_provider.sharing.estate.pixels import Pixel


#: The errors after which the list of a single pixel may still be readable.
_UNFINISHED = (OutcomeUnknownError, TooMuchDataError)


class Holders:
    """A reader of the ad accounts and users that businesses have on pixels."""

    def __init__(self, read: ReadMany, owner_id: str, pixels: Listed[Pixel]) -> None:
        self._read = read
        self._owner = owner_id
        self._pixels = pixels
        #: The errors that concern one kind of list of a business on all pixels.
        self._refused: dict[tuple[Route, str], GraphError] = {}

    def read(self, businesses: Collection[str]) -> None:
        self._read_pages([(business, OF_BUSINESSES) for business in sorted(businesses)])
        # The owner's lists are first, because they can prove that omitted lists are empty.
        self._read_missing([self._owner])
        for pixel in self._pixels.items.values():
            for route in OF_BUSINESSES:
                pixel.lists[route].infer(pixel.owner_id)
        self._read_missing(sorted({*businesses} - {self._owner}))

    def _read_pages(self, asked: Sequence[tuple[str, Sequence[Route]]]) -> None:
        """Read the pixels again, once for each business, with lists of this business."""
        edges = [
            Call(
                "GET",
                f"{self._owner}/owned_pixels",
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
        """Take the lists of a pixel. An unlisted pixel proves that the list is outdated."""
        try:
            pixel = self._pixels.items.get(id_in(node, "id"))
            if pixel is None:
                raise OutcomeUnknownError(Fault("a list that changed while it was read"))
            for route in routes:
                pixel.lists[route].take(business, node)
        except OutcomeUnknownError as error:
            named = error.during(f"read the pixels of business {self._owner}")
            self._pixels.errors.append(named)

    def _read_missing(self, businesses: Sequence[str]) -> None:
        """Read each missing list with a separate call."""
        missing: list[tuple[Route, str, Pixel]] = []
        for pixel in self._pixels.items.values():
            for route in OF_BUSINESSES:
                lists = pixel.lists[route]
                for business in lists.missing(businesses):
                    error = self._refused.get((route, business))
                    if error is None:
                        missing.append((route, business, pixel))
                        continue
                    pixels = f"the pixels of business {self._owner}"
                    action = f"read the {route.name} of business {business} on {pixels}"
                    lists.errors.append(error.during(action))
        read_each(self._read, missing)


def read_each(read: ReadMany, missing: Sequence[tuple[Route, str, Pixel]]) -> None:
    """Read each list with a separate call. The list of agencies has no business."""
    wanted: list[Wanted[Any]] = []
    for route, business, pixel in missing:
        params = {"business": business} if business else {"summary": "true"}
        params |= {"fields": route.fields, "limit": PAGE}
        place = f"of business {business} on pixel" if business else "of pixel"
        wanted.append(
            Wanted(
                Call("GET", f"{pixel.id}/{route.edge}", params),
                f"read the {route.name} {place} {pixel.id}",
                route.convert,
            )
        )
    for (route, business, pixel), listed in zip(missing, read_lists(read, wanted), strict=True):
        items, lists = tuple(listed.items.values()), pixel.lists[route]
        if items or not listed.errors:
            lists.read[business] = items
        lists.errors += listed.errors
