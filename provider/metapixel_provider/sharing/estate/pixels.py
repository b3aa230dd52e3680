"""The pixels and ad accounts of a business and their agencies, while they are read.

Their pages include the agencies through field expansion.
Source: Meta, "Using the Graph API" (field expansion).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from metapixel_provider.errors import GraphError, OutcomeUnknownError
from metapixel_provider.sharing.estate.kinds import AGENCIES, CLIENTS, ListKind, Lists
from metapixel_provider.sharing.estate.lists import Listed, Wanted, wanted
from metapixel_provider.sharing.nodes import (
    OWNER,
    Agency,
    ad_account_in,
    id_in,
    optional_id_in,
    text,
    time_in,
)

if TYPE_CHECKING:
    from datetime import datetime

    from metapixel_provider.graph.calls import Node

FIELDS = f"id,name,last_fired_time,{OWNER}{{id,name}}"


class _ByRoute(dict[ListKind, Lists]):
    def __missing__(self, kind: ListKind) -> Lists:
        return self.setdefault(kind, Lists(kind))


@dataclass
class Asset:
    """A pixel or an ad account while it is read. `shared` is the kind of its lists of agencies."""

    id: str
    name: str
    owner_id: str = ""
    owner_name: str = ""
    last_fired: datetime | None = None
    noun: str = "pixel"
    shared: ListKind = AGENCIES
    errors: list[GraphError] = field(default_factory=list)
    lists: dict[ListKind, Lists] = field(default_factory=_ByRoute)

    @property
    def path(self) -> str:
        """The node in a call."""
        return self.id if self.noun == "pixel" else f"act_{self.id}"

    @property
    def agencies(self) -> dict[str, Agency]:
        """The agencies by their ids, as far as they were read."""
        return {agency.id: agency for agency in self.lists[self.shared].read.get("", ())}


def owned_pixels(owner_id: str) -> Wanted[Asset]:
    """Return an argument for `read_lists`: the pixels of a business, with their agencies."""

    def convert(node: Node) -> Asset:
        found = pixel_of(node)
        found.owner_id = found.owner_id or owner_id
        found.lists[AGENCIES].take("", node)
        return found

    operation = f"read the pixels of business {owner_id}"
    return wanted(f"{owner_id}/owned_pixels", operation, convert, FIELDS, AGENCIES.expansion(""))


def owned_ad_accounts(owner_id: str) -> Wanted[Asset]:
    """Return an argument for `read_lists`: the ad accounts of a business, with their agencies."""

    def convert(node: Node) -> Asset:
        id_, name = ad_account_in(node), text(node, "name")
        found = Asset(id_, name, owner_id, noun="ad account", shared=CLIENTS)
        found.lists[CLIENTS].take("", node)
        return found

    path = f"{owner_id}/owned_ad_accounts"
    operation = f"read the ad accounts of business {owner_id}"
    return wanted(path, operation, convert, "account_id,name", CLIENTS.expansion(""))


def pixel_of(node: Node) -> Asset:
    """Return the pixel of a node. An unreadable owner or time is one of the pixel's errors."""
    found = Asset(id_in(node, "id"), text(node, "name"))
    try:
        owner = node.get(OWNER)
        if isinstance(owner, dict):
            found.owner_id = optional_id_in(owner, "id")
            found.owner_name = text(owner, "name")
        found.last_fired = time_in(node, "last_fired_time")
    except OutcomeUnknownError as error:
        found.errors.append(error.during(f"read pixel {found.id}"))
    return found


def errors_of(pixels: Listed[Asset]) -> list[GraphError]:
    """Return the errors of a list of pixels, and of each pixel in the list."""
    return [*pixels.errors, *(error for pixel in pixels.items.values() for error in pixel.errors)]
