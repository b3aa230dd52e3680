"""Reads of a whole estate. Even a large estate needs only a few requests.

The pixels are read with their agencies (`pixels.py`), then the requests (`requests.py`), and then
the ad accounts and users of all businesses (`holders.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from metapixel_provider.errors import GraphError
from metapixel_provider.graph.calls import Call
from metapixel_provider.sharing.estate.estate import Estate, Identity, Part
from metapixel_provider.sharing.estate.holders import Holders
from metapixel_provider.sharing.estate.lists import Wanted, read_lists
from metapixel_provider.sharing.estate.pixels import Pixels
from metapixel_provider.sharing.estate.reading import Reading, Report, part_of
from metapixel_provider.sharing.estate.requests import SENT, Requests, with_parties
from metapixel_provider.sharing.ids import digits
from metapixel_provider.sharing.nodes import id_in, text

if TYPE_CHECKING:
    from metapixel_provider.graph.client import Client


def read_estate(
    client: Client,
    business_id: str,
    also: Iterable[str] = (),
    report: Report = lambda answered, known: None,
) -> Estate:
    """Read the estate of a business. Errors of Meta are part of the result.

    The result contains the ad accounts and users of the owner, of all agencies of its pixels, of
    the recipients of open and ended requests, and of the businesses in `also`. Ad accounts and
    users can remain on a pixel after the share of their business has ended. Meta lists them only
    for a given business. Raises ValueError for an id that does not consist of digits.
    """
    return _Reader(client, digits(business_id), frozenset(map(digits, also)), report).read()


def read_identity(client: Client) -> Part[Identity | None]:
    """Read the person or system user to whom the token of a client belongs."""
    (answer,) = client.get_many([Call("GET", "me", {"fields": "id,name"})])
    try:
        if answer.error is not None:
            raise answer.error
        return Part(Identity(id_in(answer.node, "id"), text(answer.node, "name")))
    except GraphError as error:
        named = error.during("read the holder of the token")
        return part_of(None, [named], client.credentials.redact)


class _Reader:
    def __init__(
        self, client: Client, business_id: str, also: frozenset[str], report: Report
    ) -> None:
        self._reading = Reading(client, business_id, "owner", report)
        self._read = self._reading.get_many
        self._id = business_id
        self._also = also
        self._pixels = Pixels(self._read, business_id)
        self._holders = Holders(self._read, self._pixels)

    def read(self) -> Estate:
        requests = self._read_pixels_and_requests()
        self._read_holders(requests.recipients | self._also | {self._id})
        pixels = tuple(map(self._reading.access, self._pixels.found.values()))
        return Estate(
            self._id,
            self._business_name(),
            self._reading.part(pixels, self._pixels.errors),
            self._reading.part(requests.open, requests.errors),
            requests.ended_to_unknown,
        )

    def _read_pixels_and_requests(self) -> Requests:
        """Read the pixels and the requests. The first pages of both lists are in the same batch."""
        wanted: list[Wanted[Any]] = [self._pixels.wanted(), SENT.wanted(self._id)]
        pixels, requests = read_lists(self._read, wanted)
        self._pixels.take(pixels)
        names = dict.fromkeys(self._also, "") | self._pixels.agency_names()
        return with_parties(self._read, self._id, SENT, requests, names)

    def _read_holders(self, others: frozenset[str]) -> None:
        """Read the ad accounts and users of these businesses and of all agencies.

        These reads can find a pixel that the first read omitted, and with it a new agency.
        """
        asked: frozenset[str] = frozenset()
        while self._pixels.found:
            new = (self._pixels.agency_names().keys() | others) - asked
            if new:
                self._holders.read_pages(sorted(new))
                asked |= new
            elif not self._pixels.confirm():
                break
            self._pixels.read_late()
        self._pixels.end()
        self._holders.read_rest(asked)

    def _business_name(self) -> str:
        pixels = self._pixels.found.values()
        names = (each.owner_name for each in pixels if each.owner_id == self._id)
        return next(filter(None, names), "") or self._reading.business_name(self._id)
