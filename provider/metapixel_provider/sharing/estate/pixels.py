"""The pixels of a business and their agencies, while they are read.

Pages of pixels include other lists through field expansion: the first read includes the agencies,
and each further read includes the ad accounts and the users of one business. A list that changes
while its pages are read can omit a pixel, so the further reads also confirm the list of pixels.
Source: Meta, "Using the Graph API" (field expansion).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from metapixel_provider.errors import Fault, GraphError, OutcomeUnknownError
from metapixel_provider.graph.calls import Call
from metapixel_provider.graph.paging import read_edges
from metapixel_provider.sharing.asset import PIXEL
from metapixel_provider.sharing.estate.lists import (
    PAGE,
    Listed,
    Wanted,
    may_be_of_a_part,
    read_lists,
    smaller,
)
from metapixel_provider.sharing.estate.omitted import Lists, expanded
from metapixel_provider.sharing.estate.routes import ROUTES, Route
from metapixel_provider.sharing.meta import AGENCIES, AGENCY_FIELDS
from metapixel_provider.sharing.nodes import Agency, agency_of, id_in, optional_id_in, text, time_in

if TYPE_CHECKING:
    from datetime import datetime

    from metapixel_provider.graph.calls import Node
    from metapixel_provider.graph.paging import ReadMany

_MOST_CONFIRMATIONS = 3
FIELDS = f"id,name,last_fired_time,{PIXEL.owner}{{id,name}}"


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
    """The pixels of a business."""

    def __init__(self, read: ReadMany, business_id: str) -> None:
        self.business_id = business_id
        self.found: dict[str, Pixel] = {}
        self.errors: list[GraphError] = []
        self._read = read
        self._several_pages = False
        self._page_size = 0
        self._confirmations = 0
        #: The result of each complete read of the list of pixels.
        self._readings: list[frozenset[str]] = []
        #: The pixels that the first read of the list omitted.
        self._late: list[str] = []

    def wanted(self, agencies: str = AGENCIES) -> Wanted[Pixel]:
        """Return the list of pixels, with some of their fields, as an argument of `read_lists`."""
        fields = ",".join(filter(None, (FIELDS, agencies)))
        edge = Call("GET", self._path, {"fields": fields, "limit": PAGE})
        return Wanted(edge, self._operation, self._pixel, confirm=False)

    def take(self, listed: Listed[Pixel]) -> None:
        """Store the first read of the list of pixels, and read the agencies that the list omits."""
        if listed.errors and any(map(may_be_of_a_part, listed.errors)):
            # One pixel's agencies can cause the error. Without agencies, the list may be readable.
            (plain,) = read_lists(self._read, [self.wanted(agencies="")])
            plain.items = {**plain.items, **listed.items}
            listed = plain
        self.found = dict(listed.items)
        self.errors += listed.errors
        self._several_pages, self._page_size = listed.several, listed.page_size
        if not listed.errors:
            self._readings.append(frozenset(self.found))
        self._read_agencies(self.found.values())

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
        edges = []
        for business, routes in asked:
            fields = ",".join(("id", *(route.expansion(business) for route in routes)))
            edge = Call("GET", self._path, {"fields": fields, "limit": PAGE})
            count = 1 + self._confirmations
            edges.append(smaller(edge, self._page_size, count) if self._several_pages else edge)
        found: list[set[str]] = [set() for _ in asked]
        failed: dict[str, GraphError] = {}
        for page in read_edges(self._read, edges):
            business, routes = asked[page.position]
            for pixel, node in self._known(page.nodes):
                found[page.position].add(pixel.id)
                for route in routes:
                    pixel.lists[route].take(business, node)
            if page.error is not None:
                failed[business] = page.error
            elif page.is_last:
                self._readings.append(frozenset(found[page.position]))
        return failed

    def read_late(self) -> None:
        """Read the pixels that the first read of the list omitted, with their agencies."""
        late, self._late = self._late, []
        calls = [Call("GET", each, {"fields": f"{FIELDS},{AGENCIES}"}) for each in late]
        for key, answer in zip(late, self._read(calls), strict=True):
            try:
                if answer.error is not None:
                    raise answer.error
                _, found = self._pixel(answer.node)
            except GraphError as error:
                self.errors.append(error.during(f"read pixel {key}"))
                continue
            found.id, found.lists = key, self.found[key].lists
            self.found[key] = found
        self._read_agencies([self.found[key] for key in late])

    def confirm(self) -> bool:
        """Read the list of pixels again. Return False if no more reads are needed or allowed."""
        if not self._is_doubtful() or self._confirmations == _MOST_CONFIRMATIONS:
            return False
        self._confirmations += 1
        self.read_with([(self.business_id, ())])
        return True

    def end(self) -> None:
        """Add an error if no two reads of the list returned the same pixels."""
        if self._is_doubtful():
            fault = Fault("a list that changed while its pages were read")
            self.errors.append(OutcomeUnknownError(fault, self._operation))

    def _is_doubtful(self) -> bool:
        """Return True if another read has to confirm the list of pixels."""
        whole = frozenset(self.found)
        agreed = self._readings.count(whole)
        several = self._several_pages or any(each != whole for each in self._readings)
        return not self.errors and several and agreed < 2

    @property
    def _path(self) -> str:
        return f"{self.business_id}/owned_pixels"

    @property
    def _operation(self) -> str:
        return f"read the pixels of business {self.business_id}"

    def _pixel(self, node: Node) -> tuple[str, Pixel]:
        found = pixel_in(node, self.business_id, self.errors)
        agencies = expanded(node.get(PIXEL.edge), partial(agency_of, PIXEL))
        if agencies is not None:
            found.agencies = {agency.id: agency for agency in agencies}
        return found.id, found

    def _known(self, nodes: Iterable[Node]) -> Iterable[tuple[Pixel, Node]]:
        for node in nodes:
            try:
                key = id_in(node, "id")
            except OutcomeUnknownError as error:
                self.errors.append(error.during(self._operation))
                continue
            if key not in self.found:
                self.found[key] = Pixel(key, self.business_id)
                self._late.append(key)
            yield self.found[key], node

    def _read_agencies(self, pixels: Iterable[Pixel]) -> None:
        """Read each list of agencies that the pages of pixels lack, with a separate call.

        A pixel has only one list of agencies, so no other list can prove that an omitted one is
        empty.
        """
        left = [pixel for pixel in pixels if pixel.agencies is None]
        params = {"fields": AGENCY_FIELDS, "limit": PAGE, "summary": "true"}
        wanted = [
            Wanted(
                Call("GET", f"{pixel.id}/{PIXEL.edge}", params),
                f"read the agencies of pixel {pixel.id}",
                _agency,
            )
            for pixel in left
        ]
        for pixel, listed in zip(left, read_lists(self._read, wanted), strict=True):
            pixel.agencies, pixel.agency_errors = listed.items, listed.errors


def pixel_in(node: Node, owner_id: str, errors: list[GraphError]) -> Pixel:
    """Return a pixel without its agencies. `owner_id` counts if the node does not name the owner.

    An unreadable owner or time is added to `errors`.
    """
    found = Pixel(id_in(node, "id"), owner_id, name=text(node, "name"))
    try:
        owner = node.get(PIXEL.owner)
        if isinstance(owner, dict):
            found.owner_id = optional_id_in(owner, "id") or owner_id
            found.owner_name = text(owner, "name")
        found.last_fired = time_in(node, "last_fired_time")
    except OutcomeUnknownError as error:
        errors.append(error.during(f"read pixel {found.id}"))
    return found


def _agency(node: Node) -> tuple[str, Agency]:
    agency = agency_of(PIXEL, node)
    return agency.id, agency
