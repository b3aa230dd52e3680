"""Reads of several lists at the same time. A list without errors is complete.

A list that changes while its pages are read can omit an item. So a list with several pages counts
as complete only if Meta reports with each page as many items as were read, or if two reads with
different page sizes return the same items.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from metapixel_provider.errors import (
    BlockedError,
    Fault,
    GraphError,
    OutcomeUnknownError,
    RateLimitedError,
    TokenError,
    TooMuchDataError,
)
from metapixel_provider.graph.calls import Call
from metapixel_provider.graph.paging import Page, read_edges
from metapixel_provider.sharing.nodes import id_in

if TYPE_CHECKING:
    from metapixel_provider.graph.calls import Node
    from metapixel_provider.graph.paging import ReadMany

T = TypeVar("T")

#: The largest page size that Meta accepts.
PAGE = "100"
_MOST_READINGS = 5


@dataclass(frozen=True)
class Wanted(Generic[T]):
    """A list to read.

    `operation` describes the read in errors. `convert` returns the id and the item of a node, or
    raises OutcomeUnknownError.
    """

    edge: Call
    operation: str
    convert: Callable[[Node], tuple[str, T]]


@dataclass
class Listed(Generic[T]):
    """The items of a list by their ids. Without errors, the list is complete."""

    items: dict[str, T] = field(default_factory=dict)
    errors: list[GraphError] = field(default_factory=list)


def read_lists(read: ReadMany, wanted: Sequence[Wanted[T]]) -> list[Listed[T]]:
    """Read several lists, each with all its pages. Errors are part of the result."""
    reads = left = [_Read(each) for each in wanted]
    for _ in range(_MOST_READINGS):
        for page in read_edges(read, [each.edge() for each in left]):
            left[page.position].take(page)
        left = [each for each in left if each.is_doubtful]
    for each in left:
        each.fail(OutcomeUnknownError(Fault("a list that changed while its pages were read")))
    return [each.listed for each in reads]


def with_id(node: Node) -> tuple[str, str]:
    """Return the id of a node twice, for a list in which nothing else matters."""
    found = id_in(node, "id")
    return found, found


def is_refusal(error: GraphError) -> bool:
    """Return True if Meta refused a call, and False if the call may succeed later."""
    return not isinstance(error, OutcomeUnknownError | RateLimitedError | TooMuchDataError)


def may_be_of_a_part(error: GraphError) -> bool:
    """Return True if a call may succeed when it asks for only a part of the data."""
    of_all = isinstance(error, TokenError | BlockedError | RateLimitedError)
    return not of_all and error.fault.code != 0


class _Read(Generic[T]):
    def __init__(self, wanted: Wanted[T]) -> None:
        self.listed: Listed[T] = Listed()
        self._wanted = wanted
        self._readings: list[frozenset[str]] = []
        self._ids: set[str] = set()
        #: The numbers of items that Meta reported with the pages.
        self._totals: set[int] = set()
        self._has_several_pages = False
        #: The size of the largest page of the first reading.
        self._page_size = 0

    def edge(self) -> Call:
        """Return the edge for the next reading, with smaller pages than in the last reading.

        Pages of another size begin and end at other items, so they do not omit the same items.
        """
        edge, count = self._wanted.edge, len(self._readings)
        if not count:
            return edge
        limit = str(max(1, self._page_size * 9 // (9 + count)))
        return Call("GET", edge.path, {**edge.params, "limit": limit})

    def take(self, page: Page) -> None:
        for node in page.nodes:
            try:
                key, item = self._wanted.convert(node)
            except OutcomeUnknownError as error:
                self.fail(error)
                continue
            self.listed.items[key] = item
            self._ids.add(key)
        if not self._readings:
            self._page_size = max(self._page_size, len(page.nodes))
        if page.total is not None:
            self._totals.add(page.total)
        if page.error is not None:
            self.fail(page.error)
        elif page.is_last:
            self._readings.append(frozenset(self._ids))
            self._ids.clear()
        else:
            self._has_several_pages = True

    def fail(self, error: GraphError) -> None:
        self.listed.errors.append(error.during(self._wanted.operation))

    @property
    def is_doubtful(self) -> bool:
        """True if another reading has to confirm the list."""
        if self.listed.errors or not self._has_several_pages:
            return False
        if self._totals == {len(self.listed.items)}:
            return False
        return self._readings.count(frozenset(self.listed.items)) < 2
