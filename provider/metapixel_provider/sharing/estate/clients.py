"""Reads of everything that the clients of an agency share with it, with the agency's token."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from metapixel_provider.errors import OutcomeUnknownError
from metapixel_provider.sharing import edges
from metapixel_provider.sharing.edges import AD_ACCOUNTS, AGENCIES, NO_BUSINESS, RECEIVED, Read
from metapixel_provider.sharing.estate import assets
from metapixel_provider.sharing.estate.asset_lists import read_separately
from metapixel_provider.sharing.estate.estate import Estate, Part, PixelAccess, SentRequest
from metapixel_provider.sharing.estate.lists import Listed, read_lists
from metapixel_provider.sharing.estate.observe import access_of, admin_of, business_name, reason_of
from metapixel_provider.sharing.estate.requests import drop_ended, find_parties
from metapixel_provider.sharing.ids import digits
from metapixel_provider.sharing.nodes import Agency, tasks_in

if TYPE_CHECKING:
    from metapixel_provider.graph.calls import Node
    from metapixel_provider.graph.client import Client
    from metapixel_provider.graph.paging import ReadMany


def read_clients(client: Client, agency_id: str, owners: Iterable[str] = ()) -> tuple[Estate, ...]:
    """Read what an agency received. Errors of Meta are part of the result.

    The result has an estate for each owner, and at least one. `owners` are businesses that may have
    sent a request, besides the owners of received pixels. Raises ValueError for an id that does not
    consist of digits.
    """
    id_, read = digits(agency_id), client.get_many
    agency, advice = Agency(id_, business_name(client, id_), ()), admin_of("agency", id_)
    pixels, requests, own_pixels = _read_received(read, agency)
    candidates = dict.fromkeys(map(digits, owners), "")
    pixels_by_owner: defaultdict[str, list[PixelAccess]] = defaultdict(list)
    for pixel in pixels.items.values():
        pixels_by_owner[pixel.owner_id].append(access_of(pixel, advice))
        if pixel.owner_id:
            candidates[pixel.owner_id] = pixel.owner_name or candidates.get(pixel.owner_id, "")
    names = find_parties(read, agency.id, RECEIVED, requests, candidates)
    requests_by_owner: defaultdict[str, list[SentRequest]] = defaultdict(list)
    for each in requests.items.values():
        # Requests that were received contain their sender in place of the agency.
        sender_id = each.agency_business_id
        requests_by_owner[sender_id].append(SentRequest(each.request, agency.id, agency.name))
    for business, name in names.items():
        if not name:
            names[business] = business_name(client, business)
    # Whoever reads the estates has to leave out the agency's own pixels, and needs all of them.
    unread_pixels = reason_of([*assets.errors_of(pixels), *own_pixels.errors], advice)
    unread_requests = reason_of(requests.errors, advice)
    estates = []
    # The id of an owner that Meta does not return is empty.
    for owner_id in sorted({*names, *pixels_by_owner, *requests_by_owner}) or [""]:
        estate = Estate(
            owner_id,
            names.get(owner_id, ""),
            Part(tuple(pixels_by_owner[owner_id]), unread_pixels),
            Part(tuple(requests_by_owner[owner_id]), unread_requests),
            agency_business_id=agency.id,
            agency_name=agency.name,
            own_pixels=frozenset(own_pixels.items),
        )
        estates.append(estate)
    return tuple(estates)


def _read_received(read: ReadMany, agency: Agency) -> Sequence[Listed[Any]]:
    """Return an agency's received pixels, the open requests to it, and its own pixels."""
    lists: list[Read[Any]] = [
        edges.received_pixels(agency.id, partial(_received_pixel, agency)),
        edges.requests_in_estate(RECEIVED, agency.id),
        edges.ids_of_owned_pixels(agency.id, assets.pixel_asset),
    ]
    pixels, requests, own_pixels = read_lists(read, lists)
    omitted = [
        each for each in pixels.items.values() if agency.id not in each.lists[AD_ACCOUNTS].read
    ]
    read_separately(read, [(AD_ACCOUNTS, agency.id, each) for each in omitted])
    drop_ended(requests)  # The sender of an ended request does not matter.
    return pixels, requests, own_pixels


def _received_pixel(agency: Agency, node: Node) -> assets.Asset:
    """Return a pixel that an agency received, with only the agency's own access."""
    found = assets.pixel_asset(node)
    found.lists[AD_ACCOUNTS].take(agency.id, node)
    agencies, agency_of_pixel = found.lists[AGENCIES], agency
    try:
        agency_of_pixel = replace(agency, tasks=tasks_in(node))
    except OutcomeUnknownError as error:
        # The agency has the pixel, but its tasks are unknown, so this list is incomplete.
        agencies.fail(NO_BUSINESS, error.during(f"read the tasks on pixel {found.id}"))
    agencies.read[NO_BUSINESS] = (agency_of_pixel,)
    return found
