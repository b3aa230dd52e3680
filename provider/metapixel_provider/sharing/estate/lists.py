"""Reads of several lists at the same time. A list without errors is complete.

A list that changes while its pages are read can omit an item. So a list with several pages counts
as complete only if Meta reports with each page as many items as were read, or if two readings with
different page sizes return the same items.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from metapixel_provider.errors import (
    BlockedError,
    Fault,
    GraphError,
    OutcomeUnknownError,
    RateLimitedError,
    TokenError,
)
from metapixel_provider.graph.paging import Page, ReadMany, read_edges

if TYPE_CHECKING:
    from metapixel_provider.sharing.edges import Read


class HasId(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=HasId)


class Listed(Generic[T]):
    """The items of a list by their ids. Once it is read, a list without errors is complete."""

    def __init__(self, read: Read[T]) -> None:
        self.read = read
        self.items: dict[str, T] = {}
        self.errors: list[GraphError] = []
        #: The numbers of items on each page, and of all items as Meta reported them with the pages.
        self._sizes: list[int] = []
        self._totals: set[int] = set()

    def take(self, page: Page) -> None:
        self._sizes.append(len(page.nodes))
        for node in page.nodes:
            try:
                item = self.read.convert(node)
                self.items[item.id] = item
            except OutcomeUnknownError as error:
                self.fail(error)
        if page.total is not None:
            self._totals.add(page.total)
        if page.error is not None:
            self.fail(page.error)

    def fail(self, error: GraphError) -> None:
        self.errors.append(error.during(self.read.operation))

    @property
    def total(self) -> int | None:
        """The number of all items as Meta reported it, or None. Of several, the greatest counts."""
        return max(self._totals, default=None)

    @property
    def is_doubtful(self) -> bool:
        """True if another reading has to confirm the list. A failed one is incomplete anyway."""
        return len(self._sizes) > 1 and not self.errors and not self._is_complete

    @property
    def _is_complete(self) -> bool:
        """True if Meta reported this number of items with each page."""
        return self._totals == {len(self.items)}

    def in_smaller_pages(self) -> Read[T]:
        """Return the list for another reading, whose pages begin and end at other items."""
        # A little smaller suffices for that, and needs few more calls.
        a_tenth_less = max(1, max(self._sizes) * 9 // 10)
        params = {**self.read.call.params, "limit": str(a_tenth_less)}
        return replace(self.read, call=replace(self.read.call, params=params))

    def confirm(self, other: Listed[T]) -> None:
        """Take the items of another reading, which has to be complete or to have the same items."""
        self._totals = other._totals
        is_confirmed = other._is_complete or other.items.keys() == self.items.keys()
        if is_confirmed and not other.errors:
            # Items of the first reading alone may have been removed since.
            self.items = other.items
            return
        self.items = self.items | other.items
        self.errors = other.errors
        if not self.errors:
            self.fail(OutcomeUnknownError(Fault("a list that changed while its pages were read")))


def read_lists(read: ReadMany, wanted: Sequence[Read[T]]) -> list[Listed[T]]:
    """Read several lists, each with all its pages. Errors are part of the result."""
    lists = _read_once(read, wanted)
    doubtful = [each for each in lists if each.is_doubtful]
    second_readings = _read_once(read, [each.in_smaller_pages() for each in doubtful])
    for each, second_reading in zip(doubtful, second_readings, strict=True):
        each.confirm(second_reading)
    _read_failed_with_fewer_fields(read, lists)
    return lists


def _read_once(read: ReadMany, wanted: Sequence[Read[T]]) -> list[Listed[T]]:
    lists = [Listed(each) for each in wanted]
    for page in read_edges(read, [each.call for each in wanted]):
        lists[page.position].take(page)
    return lists


def _read_failed_with_fewer_fields(read: ReadMany, lists: Sequence[Listed[T]]) -> None:
    """Read each list with an error again, with fewer fields. Keep the items that arrived before."""
    failed: list[Listed[T]] = []
    with_fewer_fields: list[Read[T]] = []
    for each in lists:
        plain = each.read.plain
        if plain is not None and any(map(may_succeed_in_part, each.errors)):
            failed.append(each)
            with_fewer_fields.append(replace(each.read, call=plain, plain=None))
    if not failed:
        return
    for each, other in zip(failed, read_lists(read, with_fewer_fields), strict=True):
        each.items = other.items | each.items
        each.errors = other.errors
        each._totals = other._totals


def may_succeed_in_part(error: GraphError) -> bool:
    """Return True if a call may succeed when it asks for only a part of the data."""
    concerns_all = isinstance(error, TokenError | BlockedError | RateLimitedError)
    is_from_meta = error.fault.code != 0
    return is_from_meta and not concerns_all
