"""Reads of the ad accounts and users that businesses have on the pixels of an owner.

A page of pixels can include these lists for one business. A list that is missing there is read with
a call of its own, unless it is proved to be empty (`omitted.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from metapixel_provider.graph.calls import Call
from metapixel_provider.sharing.estate.lists import (
    PAGE,
    Wanted,
    is_refusal,
    may_be_of_a_part,
    read_lists,
    with_id,
)
from metapixel_provider.sharing.estate.routes import ROUTES, Route

if TYPE_CHECKING:
    from metapixel_provider.errors import GraphError
    from metapixel_provider.graph.calls import Node
    from metapixel_provider.graph.paging import ReadMany
    from metapixel_provider.sharing.estate.estate import AdAccount, AssignedUser
    from metapixel_provider.sharing.estate.omitted import Lists
    from metapixel_provider.sharing.estate.pixels import OwnedPixels, Pixel

#: The number of lists of a business that Meta must refuse before the rest counts as refused.
_TRIALS = 2


class Holders:
    """A reader of the ad accounts and users that businesses have on pixels."""

    def __init__(self, read: ReadMany, pixels: OwnedPixels) -> None:
        self._read = read
        self._pixels = pixels
        self._owner = pixels.business_id
        #: The errors that concern one kind of list of a business on all pixels.
        self._refused: dict[tuple[Route, str], GraphError] = {}

    def read(self, businesses: Collection[str]) -> None:
        self._read_pages(sorted(businesses))
        self._read_rest(businesses)

    def _read_pages(self, businesses: Sequence[str]) -> None:
        failed = self._pixels.read_with([(business, ROUTES) for business in businesses])
        # One of the two lists may cause the error, so each is read without the other.
        alone = [(each, (route,)) for each, error in failed.items() for route in ROUTES]
        alone = [each for each in alone if may_be_of_a_part(failed[each[0]])]
        for business, error in failed.items():
            self._refused |= {(route, business): error for route in ROUTES}
        for route in ROUTES:
            again = [each for each in alone if each[1] == (route,)]
            for business, _ in again:
                del self._refused[route, business]
            for business, error in self._pixels.read_with(again).items():
                if is_refusal(error) or not may_be_of_a_part(error):
                    self._refused[route, business] = error

    def _read_rest(self, businesses: Collection[str]) -> None:
        """Read the lists of these businesses that the pages of pixels lack.

        The owner's lists are read first, because they can prove that omitted lists are empty.
        """
        outsiders = self._outsiders(businesses)
        for group in ({self._owner}, set(businesses) - {self._owner}):
            for pixel in self._pixels.found.values():
                for lists in pixel.lists.values():
                    lists.infer(outsiders | {pixel.owner_id})
            self._read_missing(sorted(group))

    def _outsiders(self, businesses: Collection[str]) -> frozenset[str]:
        """Return the businesses in which the holder of the token has no role.

        The result is empty if Meta omitted no list, or if the list of the holder's roles is
        incomplete.
        """
        if not any(lists.omitted for lists in self._lists()):
            return frozenset()
        edge = Call("GET", "me/businesses", {"fields": "id", "limit": PAGE})
        wanted = Wanted(edge, "read the businesses of the token's holder", with_id)
        (roles,) = read_lists(self._read, [wanted])
        # The holder reads the owner's pixels, so a complete list of roles contains the owner.
        if roles.errors or self._owner not in roles.items:
            return frozenset()
        return frozenset(businesses) - roles.items.keys()

    def _lists(self) -> Iterator[Lists]:
        for pixel in self._pixels.found.values():
            yield from pixel.lists.values()

    def _read_missing(self, businesses: Collection[str]) -> None:
        """Read each missing list with a separate call."""
        missing: defaultdict[tuple[Route, str], list[Pixel]] = defaultdict(list)
        for pixel in self._pixels.found.values():
            for route, lists in pixel.lists.items():
                for business in businesses:
                    if business in lists.read:
                        continue
                    error = self._refused.get((route, business))
                    if error is None:
                        missing[route, business].append(pixel)
                    else:
                        lists.errors.append(error.during(self._about(route, business)))
        # If Meta refuses the first lists of a business, the other lists are not requested.
        first = {key: lacking[:_TRIALS] for key, lacking in missing.items()}
        refusals = read_each(
            self._read, [(*key, each) for key, them in first.items() for each in them]
        )
        rest: list[tuple[Route, str, Pixel]] = []
        for (route, business), lacking in missing.items():
            refused = refusals[route, business]
            if len(refused) < _TRIALS:
                rest += [(route, business, pixel) for pixel in lacking[_TRIALS:]]
                continue
            # The refusals name the first pixels.
            of_all = refused[0].during("")
            of_all.action = self._about(route, business)
            for pixel in lacking[_TRIALS:]:
                pixel.lists[route].errors.append(of_all)
        read_each(self._read, rest)

    def _about(self, route: Route, business: str) -> str:
        pixels = f"the pixels of business {self._owner}"
        return f"read the {route.name} of business {business} on {pixels}"


def read_each(
    read: ReadMany, missing: Sequence[tuple[Route, str, Pixel]]
) -> dict[tuple[Route, str], list[GraphError]]:
    """Read each list with a separate call. Return the refusals for each business."""
    refusals: defaultdict[tuple[Route, str], list[GraphError]] = defaultdict(list)
    wanted = [
        Wanted(
            Call(
                "GET",
                f"{pixel.id}/{route.edge}",
                {"fields": route.fields, "business": business, "limit": PAGE},
            ),
            f"read the {route.name} of business {business} on pixel {pixel.id}",
            partial(_item, route, business),
        )
        for route, business, pixel in missing
    ]
    for (route, business, pixel), listed in zip(missing, read_lists(read, wanted), strict=True):
        items, lists = tuple(listed.items.values()), pixel.lists[route]
        if items or not listed.errors:
            lists.read[business] = items
        lists.errors += listed.errors
        refusals[route, business] += filter(is_refusal, listed.errors)
    return refusals


def _item(route: Route, business_id: str, node: Node) -> tuple[str, AdAccount | AssignedUser]:
    item = route.convert(business_id, node)
    return item.id, item
