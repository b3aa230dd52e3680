"""The lists of one kind on one pixel, and the proof that omitted lists are empty.

Meta omits an empty list from a page of pixels, but also a list that the token may not read. If the
token can read the list of a *witness*, it may read all lists of this kind on this pixel, so the
omitted ones are empty. A witness is the owner of the pixel, or a business in which the holder of
the token has no role: only an admin of the owner may read the list of such a business. An agency in
which the holder is an admin is not a witness, because this admin may read the agency's list without
a right to others.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from metapixel_provider.errors import OutcomeUnknownError
from metapixel_provider.graph.paging import next_page, nodes

if TYPE_CHECKING:
    from metapixel_provider.errors import GraphError
    from metapixel_provider.graph.calls import Node
    from metapixel_provider.sharing.estate.estate import AdAccount, AssignedUser
    from metapixel_provider.sharing.estate.routes import Route

T = TypeVar("T")


@dataclass
class Lists:
    """The lists of one kind on one pixel, one for each business.

    `read` maps businesses to the items of their lists. `omitted` contains the businesses whose list
    was requested, but is missing on a page of pixels. Without `errors`, each list in `read` is
    complete.
    """

    kind: Route
    read: dict[str, tuple[AdAccount | AssignedUser, ...]] = field(default_factory=dict)
    omitted: set[str] = field(default_factory=set)
    errors: list[GraphError] = field(default_factory=list)

    def take(self, business_id: str, node: Node) -> None:
        """Take the list of a business from the node of the pixel on a page of pixels.

        An incomplete or unreadable list counts neither as read nor as omitted.
        """
        if self.kind.edge not in node:
            self.omitted.add(business_id)
            return
        items = expanded(node[self.kind.edge], partial(self.kind.convert, business_id))
        if items is not None:
            self.read[business_id] = items

    def infer(self, witnesses: Collection[str]) -> None:
        """Treat the omitted lists as empty if the list of a witness was read."""
        if not self.read.keys().isdisjoint(witnesses):
            self.read |= dict.fromkeys(self.omitted - self.read.keys(), ())


def expanded(page: object, convert: Callable[[Node], T]) -> tuple[T, ...] | None:
    """Return the items of an expanded edge, or None if the edge has to be read alone."""
    try:
        if not isinstance(page, dict) or next_page(page) is not None:
            return None
        return tuple(map(convert, nodes(page)))
    except OutcomeUnknownError:
        return None
