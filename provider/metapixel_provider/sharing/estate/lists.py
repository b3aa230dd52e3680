"""Reads of several lists at the same time. A list without errors is complete.

A list that changes while its pages are read can omit an item. So a list with several pages counts
as complete only if Meta reports with each page as many items as were read, or if two readings with
different page sizes return the same items.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from metapixel_provider.errors import (
    BlockedError,
    Fault,
    GraphError,
    OutcomeUnknownError,
    RateLimitedError,
    TokenError,
    TooMuchDataError,
)
from metapixel_provider.graph.paging import Page, read_edges

if TYPE_CHECKING:
    from metapixel_provider.graph.calls import Call, Node
    from metapixel_provider.graph.paging import ReadMany


class Item(Protocol):
    """An item of a list."""

    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=Item)

#: The largest page size that Meta accepts.
PAGE = "100"


@dataclass(frozen=True)
class Wanted(Generic[T]):
    """A list to read.

    `operation` describes the read in errors. `convert` returns the item of a node, or raises
    OutcomeUnknownError. `plain` is the edge with fewer fields, which is read instead if the other
    fields can be the reason for an error.
    """

    edge: Call
    operation: str
    convert: Callable[[Node], T]
    plain: Call | None = None


class Listed(Generic[T]):
    """The items of a list by their ids. Once it is read, a list without errors is complete."""

    def __init__(self, wanted: Wanted[T]) -> None:
        self.wanted = wanted
        self.items: dict[str, T] = {}
        self.errors: list[GraphError] = []
        self._readings: list[frozenset[str]] = []
        self._ids: set[str] = set()
        #: The numbers of items that Meta reported with the pages.
        self._totals: set[int] = set()
        self._pages = 0
        #: The size of the largest page.
        self._page_size = 0

    def edge(self) -> Call:
        """Return the edge for the next reading.

        The second reading has smaller pages. They begin and end at other items, so they do not omit
        the same items.
        """
        if not self._pages:
            return self.wanted.edge
        limit = str(max(1, self._page_size * 9 // 10))
        return replace(self.wanted.edge, params={**self.wanted.edge.params, "limit": limit})

    def take(self, page: Page) -> None:
        self._pages += 1
        self._page_size = max(self._page_size, len(page.nodes))
        for node in page.nodes:
            try:
                item = self.wanted.convert(node)
            except OutcomeUnknownError as error:
                self.fail(error)
                continue
            self.items[item.id] = item
            self._ids.add(item.id)
        if page.total is not None:
            self._totals.add(page.total)
        if page.error is not None:
            self.fail(page.error)
        if page.is_last:
            self._readings.append(frozenset(self._ids))
            self._ids.clear()

    def fail(self, error: GraphError) -> None:
        self.errors.append(error.during(self.wanted.operation))

    @property
    def is_doubtful(self) -> bool:
        """True if a reading has to begin the list or to confirm it."""
        ids = frozenset(self.items)
        if self.errors or self._pages == 1 or self._totals == {len(ids)}:
            return False
        return self._readings.count(ids) < 2


def read_lists(read: ReadMany, wanted: Sequence[Wanted[T]]) -> list[Listed[T]]:
    """Read several lists, each with all its pages. Errors are part of the result."""
    lists = [Listed(each) for each in wanted]
    for _ in range(2):
        left = [each for each in lists if each.is_doubtful]
        for page in read_edges(read, [each.edge() for each in left]):
            left[page.position].take(page)
    for each in lists:
        if each.is_doubtful:
            each.fail(OutcomeUnknownError(Fault("a list that changed while its pages were read")))
    _read_plain(read, lists)
    return lists


def _read_plain(read: ReadMany, lists: Sequence[Listed[T]]) -> None:
    """Read each list with an error again, with fewer fields. Keep the items that arrived before."""
    failed = [each for each in lists if any(map(may_be_of_a_part, each.errors))]
    left = [(each, each.wanted.plain) for each in failed if each.wanted.plain is not None]
    again = [replace(each.wanted, edge=plain, plain=None) for each, plain in left]
    for (each, _), plain in zip(left, read_lists(read, again) if again else [], strict=True):
        each.items, each.errors = plain.items | each.items, plain.errors


def is_refusal(error: GraphError) -> bool:
    """Return True if Meta refused a call, and False if the call may succeed later."""
    return not isinstance(error, OutcomeUnknownError | RateLimitedError | TooMuchDataError)


def may_be_of_a_part(error: GraphError) -> bool:
    """Return True if a call may succeed when it asks for only a part of the data."""
    of_all = isinstance(error, TokenError | BlockedError | RateLimitedError)
    return not of_all and error.fault.code != 0
