"""The pixels of a business and their agencies, while they are read.

Pages of pixels include the agencies through field expansion.
Source: Meta, "Using the Graph API" (field expansion).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from metapixel_provider.errors import GraphError, OutcomeUnknownError
from metapixel_provider.graph.calls import Call
from metapixel_provider.sharing.estate.lists import PAGE, Listed, Wanted
from metapixel_provider.sharing.estate.omitted import Lists
from metapixel_provider.sharing.estate.routes import AGENCIES, OF_BUSINESSES, Route
from metapixel_provider.sharing.nodes import (
    OWNER,
    Agency,
    id_in,
    optional_id_in,
    text,
    time_in,
)

if TYPE_CHECKING:
    from datetime import datetime

    from metapixel_provider.graph.calls import Node

FIELDS = f"id,name,last_fired_time,{OWNER}{{id,name}}"


@dataclass
class Pixel:
    """A pixel while it is read."""

    id: str
    name: str = ""
    owner_id: str = ""
    owner_name: str = ""
    last_fired: datetime | None = None
    errors: list[GraphError] = field(default_factory=list)
    lists: dict[Route, Lists] = field(
        default_factory=lambda: {route: Lists(route) for route in (AGENCIES, *OF_BUSINESSES)}
    )

    @property
    def agencies(self) -> dict[str, Agency]:
        """The agencies by their ids, as far as they were read."""
        return {agency.id: agency for agency in self.lists[AGENCIES].read.get("", ())}


def wanted_pixels(
    path: str, operation: str, convert: Callable[[Node], Pixel], fields: str, expansion: str
) -> Wanted[Pixel]:
    """Return an argument for `read_lists`. An error can be due to the expansion of one pixel."""
    plain, more = (
        Call("GET", path, {"fields": each, "limit": PAGE, "summary": "true"})
        for each in (fields, f"{fields},{expansion}")
    )
    return Wanted(more, operation, convert, plain)


def owned_pixels(owner_id: str) -> Wanted[Pixel]:
    """Return an argument for `read_lists`: the pixels of a business, with their agencies."""

    def convert(node: Node) -> Pixel:
        found = pixel_of(node)
        found.owner_id = found.owner_id or owner_id
        found.lists[AGENCIES].take("", node)
        return found

    operation = f"read the pixels of business {owner_id}"
    path = f"{owner_id}/owned_pixels"
    return wanted_pixels(path, operation, convert, FIELDS, AGENCIES.expansion(""))


def pixel_of(node: Node) -> Pixel:
    """Return the pixel of a node. An unreadable owner or time is one of the pixel's errors."""
    found = Pixel(id_in(node, "id"), text(node, "name"))
    try:
        owner = node.get(OWNER)
        if isinstance(owner, dict):
            found.owner_id = optional_id_in(owner, "id")
            found.owner_name = text(owner, "name")
        found.last_fired = time_in(node, "last_fired_time")
    except OutcomeUnknownError as error:
        found.errors.append(error.during(f"read pixel {found.id}"))
    return found


def errors_of(pixels: Listed[Pixel]) -> list[GraphError]:
    """Return the errors of a list of pixels, and of each pixel in the list."""
    return [*pixels.errors, *(error for pixel in pixels.items.values() for error in pixel.errors)]
