"""Reads of all pages of an edge. Source: Meta, "Paginated Results" (cursor-based pagination)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass

from metapixel_provider.errors import (
    Fault,
    GraphError,
    OutcomeUnknownError,
    TooMuchDataError,
    unknown_answer,
)
from metapixel_provider.graph.calls import Call, Node, Response

ReadMany = Callable[[Sequence[Call]], Sequence[Response]]

_PAGE_SIZE = "100"
_MOST_PAGES = 1000
#: The maximum number of pages to read and keep in memory at once, enough to fill all batches.
_MOST_AT_ONCE = 400
#: A cursor is opaque, but it must consist of characters that a URL can contain.
_CURSOR = re.compile(r"[!-~]{1,4096}")


@dataclass(frozen=True)
class Page:
    """The next page of an edge, or the error that ends the read of the edge.

    `position` is the position of the edge in the list of edges. `total` is the number of all nodes
    of the edge, if Meta reports it.
    """

    position: int
    nodes: list[Node]
    is_last: bool
    total: int | None = None
    error: GraphError | None = None


class _Edge:
    """The read of an edge, given the call for its first page."""

    def __init__(self, position: int, first: Call) -> None:
        self._position = position
        self._path = first.path
        self._query = {"limit": _PAGE_SIZE, **first.params}
        self._cursors = {self._query.get("after")}

    def call(self) -> Call:
        return Call("GET", self._path, dict(self._query))

    def page(self, response: Response) -> Page | None:
        """Return the page in a response to `call`. None: the next `call` is for half the size."""
        limit = int(self._query["limit"])
        if isinstance(response.error, TooMuchDataError) and limit > 1:
            self._query["limit"] = str(limit // 2)
            return None
        if response.error is not None:
            return Page(self._position, [], is_last=True, error=response.error)
        found: list[Node] = []
        try:
            found = nodes(response.node)
            cursor = next_cursor(response.node)
            if cursor is not None:
                self._continue(cursor)
        except GraphError as error:
            return Page(self._position, found, is_last=True, error=error)
        return Page(self._position, found, is_last=cursor is None, total=_total(response.node))

    def _continue(self, after: str) -> None:
        """Let the next call read the page after a cursor. Raise OutcomeUnknownError for a loop."""
        if after in self._cursors or len(self._cursors) == _MOST_PAGES:
            raise OutcomeUnknownError(Fault("pages that do not end"))
        self._cursors.add(after)
        self._query["after"] = after


def read_edges(read: ReadMany, edges: Sequence[Call]) -> Iterator[Page]:
    """Yield the pages of edges, which are read at the same time, given each edge's first call."""
    left = [_Edge(position, first) for position, first in enumerate(edges)]
    while left:
        chunk, left = left[:_MOST_AT_ONCE], left[_MOST_AT_ONCE:]
        responses = read([edge.call() for edge in chunk])
        for edge, response in zip(chunk, responses, strict=True):
            page = edge.page(response)
            if page is None:
                left.append(edge)  # The page was too large, so a smaller one is read.
                continue
            yield page
            if not page.is_last:
                left.append(edge)


def every_page(read: ReadMany, edge: Call) -> Iterator[list[Node]]:
    """Yield the nodes of each page of an edge. Raise the GraphError of a page."""
    for page in read_edges(read, [edge]):
        if page.error is not None:
            # Several threads may raise it, and each needs its own instance.
            raise copy(page.error)
        yield page.nodes


def object_in(node: Mapping[str, object], key: str) -> Node:
    """Return the object under a key, or an empty one."""
    found = node.get(key)
    return found if isinstance(found, dict) else {}


def nodes(page: Mapping[str, object]) -> list[Node]:
    """Return the page's own list of nodes. Raise OutcomeUnknownError if it has none."""
    data = page.get("data")
    if not isinstance(data, list) or not all(isinstance(node, dict) for node in data):
        raise unknown_answer("a response of the edge without a list of nodes", page, "data")
    return data


def _total(page: Node) -> int | None:
    total = object_in(page, "summary").get("total_count")
    return total if isinstance(total, int) else None


def next_cursor(page: Mapping[str, object]) -> str | None:
    """Return the cursor of the next page, or None on the last page.

    Only the last page has no `paging.next`; it may still have `cursors.after`. Raises
    OutcomeUnknownError if there is a next page without a usable cursor.
    """
    paging = page.get("paging") or {}
    if not isinstance(paging, dict):
        raise OutcomeUnknownError(Fault("a page without readable paging"))
    if paging.get("next") in (None, ""):
        return None
    after = object_in(paging, "cursors").get("after")
    if not isinstance(after, str) or not _CURSOR.fullmatch(after):
        raise OutcomeUnknownError(Fault("a next page without a usable cursor"))
    return after
