"""The pixels of a business and their agencies, while they are read.

Pages of pixels include other lists through field expansion: the first read includes the agencies,
and each further read includes the ad accounts and the users of one business.
Source: Meta, "Using the Graph API" (field expansion).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from metapixel_provider.errors import Fault, GraphError, OutcomeUnknownError
from metapixel_provider.graph.calls import Call
from metapixel_provider.graph.paging import read_edges
from metapixel_provider.sharing.estate.lists import (
    PAGE,
    Listed,
    Wanted,
    may_be_of_a_part,
    read_lists,
)
from metapixel_provider.sharing.estate.omitted import Lists, expanded
from metapixel_provider.sharing.estate.routes import ROUTES, Route
from metapixel_provider.sharing.meta import AGENCY_FIELDS
from metapixel_provider.sharing.nodes import (
    OWNER,
    Agency,
    agency_of,
    id_in,
    optional_id_in,
    text,
    time_in,
)

if TYPE_CHECKING:
    from datetime import datetime

    from metapixel_provider.graph.calls import Node
    from metapixel_provider.graph.paging import ReadMany

FIELDS = f"id,name,last_fired_time,{OWNER}{{id,name}}"


@dataclass
class Pixel:
    """A pixel while it is read. `agencies` is None until its agencies are read."""

    id: str
    owner_id: str
    owner_name: str = ""
    name: str = ""
    last_fired: datetime | None = None
    agencies: dict[str, Agency] | None = None
    agency_errors: list[GraphError] = field(default_factory=list)
    #: The ad accounts and the users, by business.
    lists: dict[Route, Lists] = field(
        default_factory=lambda: {route: Lists(route) for route in ROUTES}
    )


class Pixels:
    """A list of pixels of a business, while it is read. `fields` are read for each pixel."""

    edge = ""
    operation = ""
    fields = FIELDS

    def __init__(self, read: ReadMany, business_id: str) -> None:
        self.business_id = business_id
        self.found: dict[str, Pixel] = {}
        self.errors: list[GraphError] = []
        self._read = read

    def wanted(self, *more: str) -> Wanted[Pixel]:
        """Return an argument for `read_lists`: the list of pixels, with `more` as added fields."""
        params = {"fields": ",".join((self.fields, *more)), "limit": PAGE, "summary": "true"}
        operation = self.operation.format(self.business_id)
        return Wanted(Call("GET", self._path, params), operation, self._pixel)

    def take(self, listed: Listed[Pixel]) -> None:
        """Store the list of pixels."""
        if listed.errors and any(map(may_be_of_a_part, listed.errors)):
            # The list inside one pixel can cause the error. Without lists, pixels may be readable.
            (plain,) = read_lists(self._read, [self.wanted()])
            plain.items = {**plain.items, **listed.items}
            listed = plain
        self.found = listed.items
        self.errors += listed.errors

    @property
    def _path(self) -> str:
        return f"{self.business_id}/{self.edge}"

    def _pixel(self, node: Node) -> tuple[str, Pixel]:
        """Return the id and the pixel. An unreadable owner or time is added to `errors`."""
        found = Pixel(id_in(node, "id"), "", name=text(node, "name"))
        try:
            owner = node.get(OWNER)
            if isinstance(owner, dict):
                found.owner_id = optional_id_in(owner, "id")
                found.owner_name = text(owner, "name")
            found.last_fired = time_in(node, "last_fired_time")
        except OutcomeUnknownError as error:
            self.errors.append(error.during(f"read pixel {found.id}"))
        return found.id, found


class OwnedPixels(Pixels):
    """The pixels that a business owns, with their agencies."""

    edge = "owned_pixels"
    operation = "read the pixels of business {}"

    def take(self, listed: Listed[Pixel]) -> None:
        """Store the list of pixels, and read the agencies that it omits."""
        super().take(listed)
        self._read_agencies()

    def agency_names(self) -> dict[str, str]:
        return {
            agency.id: agency.name
            for pixel in self.found.values()
            for agency in (pixel.agencies or {}).values()
        }

    def read_with(self, asked: Sequence[tuple[str, Sequence[Route]]]) -> dict[str, GraphError]:
        """Read the pixels again, once for each business, with lists of this business.

        Return the error of each business whose read failed.
        """
        edges = [
            Call(
                "GET",
                self._path,
                {
                    "fields": ",".join(("id", *(route.expansion(business) for route in routes))),
                    "limit": PAGE,
                },
            )
            for business, routes in asked
        ]
        failed: dict[str, GraphError] = {}
        for page in read_edges(self._read, edges):
            business, routes = asked[page.position]
            for pixel, node in self._known(page.nodes):
                for route in routes:
                    pixel.lists[route].take(business, node)
            if page.error is not None:
                failed[business] = page.error
        return failed

    def _pixel(self, node: Node) -> tuple[str, Pixel]:
        key, found = super()._pixel(node)
        found.owner_id = found.owner_id or self.business_id
        agencies = expanded(node.get("agencies"), agency_of)
        if agencies is not None:
            found.agencies = {agency.id: agency for agency in agencies}
        return key, found

    def _known(self, nodes: Iterable[Node]) -> Iterator[tuple[Pixel, Node]]:
        """Yield the pixels of a page. An unlisted pixel proves that the list is outdated."""
        for node in nodes:
            try:
                key = id_in(node, "id")
                if key not in self.found:
                    raise OutcomeUnknownError(Fault("a list that changed while it was read"))
                yield self.found[key], node
            except OutcomeUnknownError as error:
                self.errors.append(error.during(self.operation.format(self.business_id)))

    def _read_agencies(self) -> None:
        """Read each list of agencies that the pages of pixels lack, with a separate call.

        A pixel has only one list of agencies, so no other list can prove that an omitted one is
        empty.
        """
        left = [pixel for pixel in self.found.values() if pixel.agencies is None]
        params = {"fields": AGENCY_FIELDS, "limit": PAGE, "summary": "true"}
        wanted = [
            Wanted(
                Call("GET", f"{pixel.id}/{'agencies'}", params),
                f"read the agencies of pixel {pixel.id}",
                _agency,
            )
            for pixel in left
        ]
        for pixel, listed in zip(left, read_lists(self._read, wanted), strict=True):
            pixel.agencies, pixel.agency_errors = listed.items, listed.errors


def _agency(node: Node) -> tuple[str, Agency]:
    agency = agency_of(node)
    return agency.id, agency
