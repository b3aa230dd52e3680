"""Reads of everything that the clients of an agency share with it, with the agency's token."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from metapixel_provider.errors import OutcomeUnknownError
from metapixel_provider.sharing.estate.estate import Estate, SentRequest
from metapixel_provider.sharing.estate.holders import read_each
from metapixel_provider.sharing.estate.lists import (
    Listed,
    Wanted,
    read_lists,
)
from metapixel_provider.sharing.estate.observe import Reading, Report
from metapixel_provider.sharing.estate.pixels import FIELDS, OwnedPixels, Pixel, Pixels
from metapixel_provider.sharing.estate.requests import RECEIVED, with_parties
from metapixel_provider.sharing.estate.routes import AD_ACCOUNTS
from metapixel_provider.sharing.ids import digits
from metapixel_provider.sharing.nodes import Agency, tasks_in

if TYPE_CHECKING:
    from metapixel_provider.graph.calls import Node
    from metapixel_provider.graph.client import Client
    from metapixel_provider.graph.paging import ReadMany


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
    agency = digits(agency_id)
    reading = Reading(client, agency, "agency", report)
    agency_name = reading.business_name(agency)
    received = _ReceivedPixels(reading.get_many, agency, agency_name)
    wanted: list[Wanted[Any]] = [
        received.wanted(AD_ACCOUNTS.expansion(agency)),
        RECEIVED.wanted(agency),
        OwnedPixels(reading.get_many, agency).wanted(),
    ]
    pixels, sent, owned = read_lists(reading.get_many, wanted)
    received.take(pixels)
    received.errors += owned.errors
    found = received.found.values()
    names = dict.fromkeys(map(digits, owners), "")
    for each in found:
        if each.owner_id:
            names[each.owner_id] = each.owner_name or names.get(each.owner_id, "")
    requests = with_parties(reading.get_many, agency, RECEIVED, sent, names, ended=False)
    for asked in requests.open:
        sender = asked.agency_business_id
        names[sender] = names.get(sender) or asked.agency_name
    for owner, name in names.items():
        names[owner] = name or (reading.business_name(owner) if owner else "")

    def estate(owner: str) -> Estate:
        of_owner = (each for each in found if each.owner_id == owner)
        asked = (each for each in requests.open if each.agency_business_id == owner)
        return Estate(
            owner,
            names.get(owner, ""),
            reading.part(tuple(map(reading.access, of_owner)), received.errors),
            reading.part(
                tuple(SentRequest(each.request, agency, agency_name) for each in asked),
                requests.errors,
            ),
            agency_business_id=agency,
            agency_name=agency_name,
            own_pixels=frozenset(owned.items),
        )

    return tuple(map(estate, sorted({*names, *(each.owner_id for each in found)} or {""})))


class _ReceivedPixels(Pixels):
    """The pixels that an agency received, with its own tasks and ad accounts."""

    edge = "client_pixels"
    operation = "read the pixels that business {} received"
    fields = f"{FIELDS},permitted_tasks"

    def __init__(self, read: ReadMany, agency_id: str, agency_name: str) -> None:
        super().__init__(read, agency_id)
        self._name = agency_name

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
        found.agencies = {agency: Agency(agency, self._name, tasks)}
        found.lists[AD_ACCOUNTS].take(agency, node)
        return key, found
