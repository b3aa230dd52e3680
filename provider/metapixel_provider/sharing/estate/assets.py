"""The pixels and ad accounts of a business while they are read.

An asset has a list of agencies, and lists of the ad accounts and users of one business at a time.
The pages of assets include these lists through field expansion.
Source: Meta, "Using the Graph API" (field expansion).
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any

from metapixel_provider.errors import GraphError, OutcomeUnknownError
from metapixel_provider.graph import paging
from metapixel_provider.sharing import edges, nodes
from metapixel_provider.sharing.edges import AGENCIES, NO_BUSINESS, ListKind

if TYPE_CHECKING:
    from datetime import datetime

    from metapixel_provider.graph.calls import Node
    from metapixel_provider.sharing.estate.lists import Listed


@dataclass
class Lists:
    """The lists of one kind on one pixel, one for each business.

    Meta omits an empty list from a page of pixels, but also a list that the token may not read.
    Only an admin of the pixel's owner may read the owner's list. This admin may read all lists of
    this kind on this pixel, so if the owner's list was read, the omitted ones are empty.

    `read` maps businesses to the items of their lists, and `totals` to the numbers of items that
    Meta reported. `omitted` contains the businesses whose list was requested, but is missing on a
    page of pixels. Without `errors`, each list in `read` is complete.
    """

    kind: ListKind
    read: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    omitted: set[str] = field(default_factory=set)
    totals: dict[str, int] = field(default_factory=dict)
    failures: dict[str, list[GraphError]] = field(default_factory=dict)

    @property
    def errors(self) -> list[GraphError]:
        return list(chain.from_iterable(self.failures.values()))

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
        with suppress(OutcomeUnknownError):  # The page or one of its nodes is unreadable.
            if isinstance(page, dict) and paging.next_cursor(page) is None:
                self.read[business_id] = tuple(map(self.kind.convert, paging.nodes(page)))

    def take_alone(self, business_id: str, listed: Listed[Any]) -> None:
        """Take the list of a business that a separate call returned, as far as it arrived."""
        if listed.items or not listed.errors:
            self.read[business_id] = tuple(listed.items.values())
        if listed.total is not None:
            self.totals[business_id] = listed.total
        self.fail(business_id, *listed.errors)

    def missing(self, businesses: Iterable[str]) -> list[str]:
        """Return the businesses whose list has to be read once more, without other lists.

        An omitted list is not read again if errors already explain why it is unknown.
        """
        explained = self.omitted if self.errors else set()
        return [each for each in businesses if each not in self.read and each not in explained]

    def infer_empty(self, owner_id: str) -> None:
        """Treat the omitted lists as empty if the list of the pixel's owner was read."""
        may_read_all_lists = owner_id in self.read
        if may_read_all_lists:
            for business in self.omitted:
                self.read.setdefault(business, ())


class _ByKind(dict[ListKind, Lists]):
    def __missing__(self, kind: ListKind) -> Lists:
        return self.setdefault(kind, Lists(kind))


@dataclass
class Asset:
    """A pixel or ad account while it is read. `agencies_kind` is the kind of its agencies' list."""

    id: str
    name: str
    owner_id: str = ""
    owner_name: str = ""
    last_fired: datetime | None = None
    noun: str = "pixel"
    agencies_kind: ListKind = AGENCIES
    errors: list[GraphError] = field(default_factory=list)
    lists: dict[ListKind, Lists] = field(default_factory=_ByKind)

    @property
    def path(self) -> str:
        return self.id if self.noun == "pixel" else f"act_{self.id}"

    @property
    def agencies(self) -> dict[str, nodes.Agency]:
        """The agencies by their ids, as far as they were read."""
        listed = self.lists[self.agencies_kind].read.get(NO_BUSINESS, ())
        return {agency.id: agency for agency in listed}

    def take_agencies(self, node: Node) -> None:
        self.lists[self.agencies_kind].take(NO_BUSINESS, node)


def owned_pixel(owner_id: str, node: Node) -> Asset:
    """Return the pixel of a node in the list of an owner's pixels, with its agencies."""
    found = pixel_asset(node)
    found.owner_id = found.owner_id or owner_id
    found.take_agencies(node)
    return found


def owned_ad_account(owner_id: str, node: Node) -> Asset:
    """Return the ad account of a node in the list of an owner's ad accounts, with its agencies."""
    id_, name = nodes.ad_account_in(node), nodes.text(node, "name")
    found = Asset(id_, name, owner_id, noun="ad account", agencies_kind=edges.CLIENTS)
    found.take_agencies(node)
    return found


def pixel_asset(node: Node) -> Asset:
    """Return the pixel of a node. An unreadable owner or time is one of the pixel's errors."""
    found = Asset(nodes.id_in(node, "id"), nodes.text(node, "name"))
    try:
        owner = paging.object_in(node, nodes.OWNER)
        found.owner_id = nodes.optional_id_in(owner, "id")
        found.owner_name = nodes.text(owner, "name")
        found.last_fired = nodes.time_in(node, "last_fired_time")
    except OutcomeUnknownError as error:
        found.errors.append(error.during(f"read pixel {found.id}"))
    return found


def errors_of(pixels: Listed[Asset]) -> list[GraphError]:
    """Return the errors of a list of pixels, and of each pixel in the list."""
    errors = [*pixels.errors]
    for pixel in pixels.items.values():
        errors += pixel.errors
    return errors
