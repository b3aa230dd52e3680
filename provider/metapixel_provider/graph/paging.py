"""Reads of all pages of an edge. Source: Meta, "Paginated Results" (cursor-based pagination)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from metapixel_provider.errors import Fault, OutcomeUnknownError, TooMuchDataError

if TYPE_CHECKING:
    from metapixel_provider.graph.calls import Node

#: A function that reads one page of an edge with some parameters. Raises GraphError.
ReadPage = Callable[[Mapping[str, str]], "Node"]

_PAGE_SIZE = "100"
_MOST_PAGES = 1000
#: A cursor is opaque, but it must consist of characters that a URL can contain.
_CURSOR = re.compile(r"[!-~]{1,4096}")


def every_node(read: ReadPage, params: Mapping[str, str]) -> Iterator[Node]:
    """Yield every node of an edge. Halve the page size when Meta asks for less data."""
    query = {"limit": _PAGE_SIZE, **params}
    limit = int(query["limit"])
    seen = {query.get("after")}
    for _ in range(_MOST_PAGES):
        try:
            page = read(query)
        except TooMuchDataError:
            if limit == 1:
                raise
            limit //= 2
            query = {**query, "limit": str(limit)}
            continue
        yield from nodes(page)
        after = next_page(page)
        if after is None:
            return
        if after in seen:
            break
        seen.add(after)
        query = {**query, "after": after}
    raise OutcomeUnknownError(Fault("pages that do not end"))


def with_the_rest(page: Node, read: ReadPage, params: Mapping[str, str]) -> list[Node]:
    """Return the nodes of a page that was already read, and of the pages after it."""
    found, after = nodes(page), next_page(page)
    if after is not None:
        found += every_node(read, {**params, "after": after})
    return found


def nodes(page: Mapping[str, object]) -> list[Node]:
    """Return the nodes of a page. Raise OutcomeUnknownError if the page has no list of nodes."""
    data = page.get("data")
    if not isinstance(data, list) or not all(isinstance(node, dict) for node in data):
        raise OutcomeUnknownError(Fault("an edge's answer without a list of nodes"))
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
    if not after:
        after = _cursor_in(following)
    if not isinstance(after, str) or not _CURSOR.fullmatch(after):
        raise OutcomeUnknownError(Fault("a next page without a usable cursor"))
    return after


def _cursor_in(url: object) -> object:
    try:
        return dict(parse_qsl(urlsplit(str(url)).query)).get("after")
    except ValueError:
        return None
