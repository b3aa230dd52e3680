"""Reads of everything that the clients of an agency share with it, with the agency's token."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from metapixel_provider.errors import OutcomeUnknownError
from metapixel_provider.sharing.edges import RECEIVED
from metapixel_provider.sharing.estate import assets
from metapixel_provider.sharing.estate.estate import Estate, Part, PixelAccess, SentRequest
from metapixel_provider.sharing.estate.holders import read_separately
from metapixel_provider.sharing.estate.lists import Wanted, read_lists, wanted
from metapixel_provider.sharing.estate.observe import access_of, admin_of, business_name, reason_of
from metapixel_provider.sharing.estate.requests import drop_ended, find_parties, wanted_requests
from metapixel_provider.sharing.ids import digits
from metapixel_provider.sharing.nodes import Agency, tasks_in

if TYPE_CHECKING:
    from metapixel_provider.graph.calls import Node
    from metapixel_provider.graph.client import Client


def read_clients(client: Client, agency_id: str, owners: Iterable[str] = ()) -> tuple[Estate, ...]:
    """Read what an agency received. Errors of Meta are part of the result.

    The result has an estate for each owner, and at least one. `owners` are businesses that may have
    sent a request, besides the owners of received pixels. Raises ValueError for an id that does not
    consist of digits.
    """
    agency = digits(agency_id)
    read, advice = client.get_many, admin_of("agency", agency)
    agency_name = business_name(client, agency)
    operation = f"read the pixels of business {agency}"
    lists: list[Wanted[Any]] = [
        _received_pixels(agency, agency_name),
        wanted_requests(RECEIVED, agency),
        wanted(f"{agency}/owned_pixels", operation, assets.pixel_asset, "id"),
    ]
    pixels, requests, own_pixels = read_lists(read, lists)
    kind = assets.AD_ACCOUNTS
    omitted = [each for each in pixels.items.values() if agency not in each.lists[kind].read]
    read_separately(read, [(kind, agency, each) for each in omitted])
    names = dict.fromkeys(map(digits, owners), "")
    pixels_by_owner: defaultdict[str, list[PixelAccess]] = defaultdict(list)
    for pixel in pixels.items.values():
        pixels_by_owner[pixel.owner_id].append(access_of(pixel, advice))
        if pixel.owner_id:
            names[pixel.owner_id] = pixel.owner_name or names.get(pixel.owner_id, "")
    # The sender of an ended request does not matter.
    drop_ended(requests)
    find_parties(read, agency, RECEIVED, requests, names)
    requests_by_owner: defaultdict[str, list[SentRequest]] = defaultdict(list)
    for each in requests.items.values():
        # Requests that were received contain their sender in place of the agency.
        sender_id = each.agency_business_id
        received = SentRequest(each.request, agency, agency_name)
        requests_by_owner[sender_id].append(received)
    for business, name in names.items():
        if not name:
            names[business] = business_name(client, business)
    owner_ids = sorted(names)
    has_unknown_owner = "" in pixels_by_owner or "" in requests_by_owner
    if has_unknown_owner or not owner_ids:
        owner_ids.insert(0, "")
    # Whoever reads the estates has to leave out the agency's own pixels, and needs all of them.
    pixel_errors = [*assets.errors_of(pixels), *own_pixels.errors]
    unread_pixels = reason_of(pixel_errors, advice)
    unread_requests = reason_of(requests.errors, advice)
    estates = []
    for owner_id in owner_ids:
        estate = Estate(
            owner_id,
            names.get(owner_id, ""),
            Part(tuple(pixels_by_owner[owner_id]), unread_pixels),
            Part(tuple(requests_by_owner[owner_id]), unread_requests),
            agency_business_id=agency,
            agency_name=agency_name,
            own_pixels=frozenset(own_pixels.items),
        )
        estates.append(estate)
    return tuple(estates)


def _received_pixels(agency_id: str, agency_name: str) -> Wanted[assets.Asset]:
    """Return the pixels that an agency received, with its own tasks and ad accounts."""

    def convert(node: Node) -> assets.Asset:
        found = assets.pixel_asset(node)
        agencies = found.lists[assets.AGENCIES]
        try:
            tasks = tasks_in(node)
        except OutcomeUnknownError as error:
            # The agency has the pixel, but with unknown tasks.
            tasks = ()
            agencies.fail(assets.NO_BUSINESS, error.during(f"read the tasks on pixel {found.id}"))
        agencies.read[assets.NO_BUSINESS] = (Agency(agency_id, agency_name, tasks),)
        found.lists[assets.AD_ACCOUNTS].take(agency_id, node)
        return found

    operation = f"read the pixels that business {agency_id} received"
    fields = f"{assets.FIELDS},permitted_tasks"
    expansion = assets.AD_ACCOUNTS.expansion(agency_id)
    return wanted(f"{agency_id}/client_pixels", operation, convert, fields, expansion)
