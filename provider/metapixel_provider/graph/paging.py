"""Reads of all pages of an edge. Source: Meta, "Paginated Results" (cursor-based pagination)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from metapixel_provider.errors import (
    Fault,
    OutcomeUnknownError,
    TooMuchDataError,
    unknown_answer,
)
from metapixel_provider.graph.calls import Call

if TYPE_CHECKING:
    from metapixel_provider.errors import GraphError
    from metapixel_provider.graph.calls import Answer, Node

#: A function that reads one page of an edge with some parameters. Raises GraphError.
ReadPage = Callable[[Mapping[str, str]], "Node"]
#: A function that sends several reads and returns an answer or an error for each of them.
ReadMany = Callable[[Sequence[Call]], Sequence["Answer"]]

_PAGE_SIZE = "100"
_MOST_PAGES = 1000
#: The maximum number of pages to read and keep in memory at once, enough to fill all batches.
_MOST_AT_ONCE = 400
#: A cursor is opaque, but it must consist of characters that a URL can contain.
_CURSOR = re.compile(r"[!-~]{1,4096}")


class Pages:
    """The pages of an edge, in order. `query` contains the parameters of the next page."""

    def __init__(self, params: Mapping[str, str]) -> None:
        self.query: dict[str, str] = {"limit": _PAGE_SIZE, **params}
        self.ended = False
        self._seen = {self.query.get("after")}
        self._left = _MOST_PAGES

    def shrink(self) -> bool:
        """Halve the page size. Return False if a page has only one node."""
        limit = int(self.query["limit"])
        self.query["limit"] = str(max(1, limit // 2))
        return limit > 1

    def advance(self, page: Mapping[str, object]) -> None:
        """Continue after a page. Raise OutcomeUnknownError if its paging is unreadable."""
        after = next_page(page)
        self._left -= 1
        if after is None:
            self.ended = True
        elif after in self._seen or not self._left:
            raise OutcomeUnknownError(Fault("pages that do not end"))
        else:
            self._seen.add(after)
            self.query["after"] = after


def every_node(read: ReadPage, params: Mapping[str, str]) -> Iterator[Node]:
    """Yield every node of an edge. Halve the page size when Meta asks for less data."""
    pages = Pages(params)
    while not pages.ended:
        try:
            page = read(dict(pages.query))
        except TooMuchDataError:
            if not pages.shrink():
                raise
            continue
        yield from nodes(page)
        pages.advance(page)


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


def read_edges(read: ReadMany, edges: Sequence[Call]) -> Iterator[Page]:
    """Yield the pages of several edges. Each call in `edges` is for the first page of an edge.

    One page of each edge is read at the same time.
    """
    left = [(position, Pages(edge.params)) for position, edge in enumerate(edges)]
    while left:
        following = []
        for start in range(0, len(left), _MOST_AT_ONCE):
            chunk = left[start : start + _MOST_AT_ONCE]
            calls = [Call("GET", edges[place].path, dict(pages.query)) for place, pages in chunk]
            for (position, pages), answer in zip(chunk, read(calls), strict=True):
                if isinstance(answer.error, TooMuchDataError) and pages.shrink():
                    following.append((position, pages))
                    continue
                page = _page(position, pages, answer)
                yield page
                if page.error is None and not page.is_last:
                    following.append((position, pages))
        left = following


def _page(position: int, pages: Pages, answer: Answer) -> Page:
    if answer.error is not None:
        return Page(position, [], is_last=True, error=answer.error)
    found: list[Node] = []
    try:
        found = nodes(answer.node)
        pages.advance(answer.node)
    except OutcomeUnknownError as error:
        return Page(position, found, is_last=True, error=error)
    summary = answer.node.get("summary")
    total = summary.get("total_count") if isinstance(summary, dict) else None
    whole = total if isinstance(total, int) else None
    return Page(position, found, is_last=pages.ended, total=whole)


def nodes(page: Mapping[str, object]) -> list[Node]:
    """Return the nodes of a page. Raise OutcomeUnknownError if the page has no list of nodes."""
    data = page.get("data")
    if not isinstance(data, list) or not all(isinstance(node, dict) for node in data):
        raise unknown_answer("an edge's answer without a list of nodes", page, "data")
    return list(data)


def next_page(page: Mapping[str, object]) -> str | None:
    """Return the cursor of the next page, or None on the last page.

    Only the last page has no `paging.next`; it may still have `cursors.after`. Raises
    OutcomeUnknownError if there is a next page without a usable cursor.
    """
    paging = page.get("paging") or {}
    if not isinstance(paging, dict):
        raise OutcomeUnknownError(Fault("a page without readable paging"))
    following = paging.get("next")
    if following is None or following == "":
        return None
    cursors = paging.get("cursors")
    after = cursors.get("after") if isinstance(cursors, dict) else None
    if not isinstance(after, str) or not _CURSOR.fullmatch(after):
        raise OutcomeUnknownError(Fault("a next page without a usable cursor"))
    return after
