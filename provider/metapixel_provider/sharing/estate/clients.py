"""Reads of everything that the clients of an agency share with it, with the agency's token."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from metapixel_provider.errors import OutcomeUnknownError
from metapixel_provider.sharing.asset import PIXEL
from metapixel_provider.sharing.estate.estate import Estate, SentRequest
from metapixel_provider.sharing.estate.holders import read_each
from metapixel_provider.sharing.estate.lists import (
    Listed,
    Wanted,
    read_lists,
)
from metapixel_provider.sharing.estate.observe import Reading, Report
from metapixel_provider.sharing.estate.pixels import FIELDS, OwnedPixels, Pixel, Pixels
from metapixel_provider.sharing.estate.requests import RECEIVED, Requests, with_parties
from metapixel_provider.sharing.estate.routes import AD_ACCOUNTS
from metapixel_provider.sharing.ids import digits
from metapixel_provider.sharing.nodes import Agency, tasks_in

if TYPE_CHECKING:
    from metapixel_provider.graph.calls import Node
    from metapixel_provider.graph.client import Client


def read_clients(
    client: Client,
    agency_id: str,
    owners: Iterable[str] = (),
    report: Report = lambda answered, known: None,
) -> tuple[Estate, ...]:
    """Read what an agency received. Errors of Meta are part of the result.

    The result has an estate for each owner, and at least one. `owners` are businesses that may have
    sent a request, besides the owners of received pixels. Raises ValueError for an id that does not
    consist of digits.
    """
    return _Reader(client, digits(agency_id), report).read(frozenset(map(digits, owners)))


class _ReceivedPixels(Pixels):
    """The pixels that an agency received, with its own tasks and ad accounts."""

    edge = "client_pixels"
    operation = "read the pixels that business {} received"
    fields = f"{FIELDS},permitted_tasks"
    agency_name = ""

    def take(self, listed: Listed[Pixel]) -> None:
        """Store the list of pixels. An omitted list of ad accounts is read alone."""
        super().take(listed)
        agency, found = self.business_id, self.found.values()
        lacking = [each for each in found if agency not in each.lists[AD_ACCOUNTS].read]
        read_each(self._read, [(AD_ACCOUNTS, agency, pixel) for pixel in lacking])

    def _pixel(self, node: Node) -> tuple[str, Pixel]:
        key, found = super()._pixel(node)
        try:
            tasks = tasks_in(node)
        except OutcomeUnknownError as error:
            tasks = ()
            found.agency_errors.append(error.during(f"read the tasks on pixel {found.id}"))
        agency = self.business_id
        found.agencies = {agency: Agency(agency, self.agency_name, tasks, PIXEL)}
        found.lists[AD_ACCOUNTS].take(agency, node)
        return key, found


class _Reader:
    def __init__(self, client: Client, agency_id: str, report: Report) -> None:
        self._reading = Reading(client, agency_id, "agency", report)
        self._read = self._reading.get_many
        self._id = agency_id
        self._name = ""
        self._pixels = _ReceivedPixels(self._read, agency_id)

    def read(self, owners: frozenset[str]) -> tuple[Estate, ...]:
        self._name = self._pixels.agency_name = self._reading.business_name(self._id)
        listed = self._pixels.wanted(AD_ACCOUNTS.expansion(self._id))
        own = OwnedPixels(self._read, self._id).wanted()
        wanted: list[Wanted[Any]] = [listed, RECEIVED.wanted(self._id), own]
        pixels, requests, owned = read_lists(self._read, wanted)
        self._pixels.take(pixels)
        self._pixels.errors += owned.errors
        found = self._pixels.found.values()
        names = dict.fromkeys(owners, "")
        names |= {each.owner_id: each.owner_name for each in found if each.owner_id}
        received = with_parties(self._read, self._id, RECEIVED, requests, names, ended=False)
        names |= {each.agency_business_id: each.agency_name for each in received.open}
        for owner, name in names.items():
            names[owner] = name or (self._reading.business_name(owner) if owner else "")
        ids = {*names, *(each.owner_id for each in found)} or {""}
        own_pixels = frozenset(owned.items)
        return tuple(
            self._estate(each, names.get(each, ""), found, received, own_pixels)
            for each in sorted(ids)
        )

    def _estate(
        self,
        owner_id: str,
        name: str,
        pixels: Iterable[Pixel],
        requests: Requests,
        own_pixels: frozenset[str],
    ) -> Estate:
        mine = tuple(self._reading.access(each) for each in pixels if each.owner_id == owner_id)
        sent = tuple(
            SentRequest(each.request, self._id, self._name)
            for each in requests.open
            if each.agency_business_id == owner_id
        )
        return Estate(
            owner_id,
            name,
            self._reading.part(mine, self._pixels.errors),
            self._reading.part(sent, requests.errors),
            agency_business_id=self._id,
            agency_name=self._name,
            own_pixels=own_pixels,
        )
