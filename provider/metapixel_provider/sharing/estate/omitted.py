"""The lists of one kind on one pixel, and the proof that omitted lists are empty.

Meta omits an empty list from a page of pixels, but also a list that the token may not read. Only an
admin of the pixel's owner may read the owner's list. This admin may read all lists of this kind on
this pixel, so if the owner's list was read, the omitted ones are empty.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from metapixel_provider.errors import OutcomeUnknownError
from metapixel_provider.graph.paging import next_page, nodes

if TYPE_CHECKING:
    from metapixel_provider.errors import GraphError
    from metapixel_provider.graph.calls import Node
    from metapixel_provider.sharing.estate.routes import Route


@dataclass
class Lists:
    """The lists of one kind on one pixel, one for each business.

    `read` maps businesses to the items of their lists, and `totals` to the numbers of items that
    Meta reported. `omitted` contains the businesses whose list was requested, but is missing on a
    page of pixels. Without `errors`, each list in `read` is complete.
    """

    kind: Route
    read: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    omitted: set[str] = field(default_factory=set)
    totals: dict[str, int] = field(default_factory=dict)
    failures: dict[str, list[GraphError]] = field(default_factory=dict)

    @property
    def errors(self) -> list[GraphError]:
        """The errors of the lists of all businesses."""
        return [error for errors in self.failures.values() for error in errors]

    def fail(self, business_id: str, *errors: GraphError) -> None:
        self.failures.setdefault(business_id, []).extend(errors)

    def take(self, business_id: str, node: Node) -> None:
        """Take the list of a business from the node of the pixel on a page of pixels.

        An incomplete or unreadable list counts neither as read nor as omitted.
        """
        if self.kind.edge not in node:
            self.omitted.add(business_id)
            return
        page = node[self.kind.edge]
        with suppress(OutcomeUnknownError):
            if isinstance(page, dict) and next_page(page) is None:
                self.read[business_id] = tuple(map(self.kind.convert, nodes(page)))

    def missing(self, businesses: Collection[str]) -> list[str]:
        """Return the businesses whose list has to be read alone.

        If there are errors, they also explain why an omitted list is unknown.
        """
        known = self.read.keys() | (self.omitted if self.errors else ())
        return [each for each in businesses if each not in known]

    def infer(self, owner_id: str) -> None:
        """Treat the omitted lists as empty if the list of the pixel's owner was read."""
        if owner_id in self.read:
            self.read |= dict.fromkeys(self.omitted - self.read.keys(), ())
