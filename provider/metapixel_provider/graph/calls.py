"""Calls to the Graph API and what comes back, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from metapixel_provider.errors import Fault, GraphError, OutcomeUnknownError
from metapixel_provider.graph.limits import Usage

#: An object of the Graph API, as JSON.
Node = dict[str, object]


@dataclass(frozen=True)
class Call:
    """A method on a path, with parameters as Meta spells them."""

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.method, self.path, tuple(sorted(self.params.items()))))


@dataclass(frozen=True)
class Answer:
    """What came back for a call: a node or an error, and what the rate headers say."""

    node: Node
    error: GraphError | None = None
    usage: Usage = field(default_factory=Usage)


def nodes(page: Mapping[str, object]) -> list[Node]:
    """The nodes in `data` of an edge's answer. Raises OutcomeUnknownError if there is no list."""
    data = page.get("data")
    if not isinstance(data, list):
        raise OutcomeUnknownError(Fault("an edge's answer without a list"))
    return [node for node in data if isinstance(node, dict)]


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
