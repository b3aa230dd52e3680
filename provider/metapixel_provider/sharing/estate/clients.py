"""Reads of everything that the clients of an agency share with it, with the agency's token."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from metapixel_provider.errors import GraphError, OutcomeUnknownError
from metapixel_provider.graph.calls import Call
from metapixel_provider.sharing.asset import PIXEL
from metapixel_provider.sharing.estate.estate import Estate, SentRequest
from metapixel_provider.sharing.estate.holders import read_each
from metapixel_provider.sharing.estate.lists import (
    PAGE,
    Listed,
    Wanted,
    may_be_of_a_part,
    read_lists,
    with_id,
)
from metapixel_provider.sharing.estate.observe import Reading, Report
from metapixel_provider.sharing.estate.pixels import FIELDS, Pixel, pixel_in
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


class _Reader:
    def __init__(self, client: Client, agency_id: str, report: Report) -> None:
        self._reading = Reading(client, agency_id, "agency", report)
        self._read = self._reading.get_many
        self._id = agency_id
        self._name = ""
        self._errors: list[GraphError] = []

    def read(self, owners: frozenset[str]) -> tuple[Estate, ...]:
        self._name = self._reading.business_name(self._id)
        accounts = AD_ACCOUNTS.expansion(self._id)
        edge = Call("GET", f"{self._id}/owned_pixels", {"fields": "id", "limit": PAGE})
        own = Wanted(edge, f"read the pixels of business {self._id}", with_id)
        wanted: list[Wanted[Any]] = [self._pixels(accounts), RECEIVED.wanted(self._id), own]
        pixels, requests, owned = read_lists(self._read, wanted)
        self._errors += owned.errors
        found = self._with_ad_accounts(pixels)
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

    def _pixels(self, *more: str) -> Wanted[Pixel]:
        fields = ",".join((FIELDS, "permitted_tasks", *more))
        path = f"{self._id}/client_pixels"
        operation = f"read the pixels that business {self._id} received"
        return Wanted(Call("GET", path, {"fields": fields, "limit": PAGE}), operation, self._pixel)

    def _pixel(self, node: Node) -> tuple[str, Pixel]:
        found = pixel_in(node, "", self._errors)
        try:
            tasks = tasks_in(node)
        except OutcomeUnknownError as error:
            tasks = ()
            found.agency_errors.append(error.during(f"read the tasks on pixel {found.id}"))
        found.agencies = {self._id: Agency(self._id, self._name, tasks, PIXEL)}
        found.lists[AD_ACCOUNTS].take(self._id, node)
        return found.id, found

    def _with_ad_accounts(self, listed: Listed[Pixel]) -> list[Pixel]:
        """Return the pixels with their ad accounts. An omitted list is read alone."""
        if listed.errors and any(map(may_be_of_a_part, listed.errors)):
            # The ad accounts of one pixel can cause the error.
            (plain,) = read_lists(self._read, [self._pixels()])
            plain.items = {**plain.items, **listed.items}
            listed = plain
        found = list(listed.items.values())
        self._errors += listed.errors
        lacking = [each for each in found if self._id not in each.lists[AD_ACCOUNTS].read]
        read_each(self._read, [(AD_ACCOUNTS, self._id, pixel) for pixel in lacking])
        return found

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
            self._reading.part(mine, self._errors),
            self._reading.part(sent, requests.errors),
            agency_business_id=self._id,
            agency_name=self._name,
            own_pixels=own_pixels,
        )
