"""Edges, page by page. Source: Meta, "Paginated Results" (cursor-based pagination)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from metapixel_provider.errors import Fault, OutcomeUnknownError, TooMuchDataError

if TYPE_CHECKING:
    from metapixel_provider.graph.calls import Node

#: Reads one page of an edge, with the parameters that are given. Raises GraphError.
ReadPage = Callable[[Mapping[str, str]], "Node"]

_PAGE_SIZE = "100"
_MOST_PAGES = 10_000


def every_node(read: ReadPage, params: Mapping[str, str]) -> Iterator[Node]:
    """Every node of an edge; halves the page when Meta asks for less data."""
    query = {"limit": _PAGE_SIZE, **params}
    limit = int(query["limit"])
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
        if after == query.get("after"):
            break
        query = {**query, "after": after}
    raise OutcomeUnknownError(Fault("pages that do not end"))


def with_the_rest(page: Node, read: ReadPage, params: Mapping[str, str]) -> list[Node]:
    """The nodes of a first page that was read already, and of the pages after it."""
    found, after = nodes(page), next_page(page)
    if after is not None:
        found += every_node(read, {**params, "after": after})
    return found


def nodes(page: Mapping[str, object]) -> list[Node]:
    """The nodes in `data` of an edge's answer. Raises OutcomeUnknownError for anything else."""
    data = page.get("data")
    if not isinstance(data, list) or not all(isinstance(node, dict) for node in data):
        raise OutcomeUnknownError(Fault("an edge's answer without a list of nodes"))
    return list(data)


def next_page(page: Mapping[str, object]) -> str | None:
    """The cursor of the next page, or None on the last one.

    Meta leaves `paging.next` out on the last page; `cursors.after` alone promises nothing.
    """
    paging = page.get("paging")
    if not isinstance(paging, dict) or not paging.get("next"):
        return None
    cursors = paging.get("cursors")
    if isinstance(cursors, dict) and cursors.get("after"):
        return str(cursors["after"])
    after = dict(parse_qsl(urlsplit(str(paging["next"])).query)).get("after")
    if after is None:
        raise OutcomeUnknownError(Fault("a next page without a cursor"))
    return after
