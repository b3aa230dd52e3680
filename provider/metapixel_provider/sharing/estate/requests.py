"""The sharing requests that a business sent or received, with the other business of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from metapixel_provider.errors import REFUSALS, Fault, GraphError, OutcomeUnknownError
from metapixel_provider.sharing.edges import Direction, requests_in_estate
from metapixel_provider.sharing.estate.estate import SentRequest
from metapixel_provider.sharing.estate.lists import Listed, read_lists

if TYPE_CHECKING:
    from metapixel_provider.graph.paging import ReadMany


def find_parties(
    read: ReadMany,
    business_id: str,
    direction: Direction,
    requests: Listed[SentRequest],
    candidates: Mapping[str, str],
) -> dict[str, str]:
    """Add the other business to each request without one. Return the names of all by their ids.

    `candidates` maps the ids of possible other businesses to their names. They are returned too.
    """
    without_party = [each for each in requests.items.values() if not each.agency_business_id]
    if without_party:
        lists, errors = _read_by_party(read, business_id, direction, candidates)
        for each in without_party:
            requests.items[each.id] = _with_party(each, lists, candidates)
        # Only the other business of an open request has to be known.
        if any(each.request.is_open for each in without_party):
            requests.errors += errors
    found = {**candidates}
    for each in requests.items.values():
        party = each.agency_business_id
        if party and not found.get(party):
            found[party] = each.agency_name
    return found


def drop_ended(requests: Listed[SentRequest]) -> list[SentRequest]:
    """Remove the requests that have ended from the list. Return them."""
    ended = [each for each in requests.items.values() if not each.request.is_open]
    for each in ended:
        del requests.items[each.id]
    return ended


def _with_party(
    request: SentRequest, lists: Mapping[str, Listed[SentRequest]], names: Mapping[str, str]
) -> SentRequest:
    """Return a request with the only business whose list contains it.

    If no list contains the request, it is not for the businesses whose lists are complete.
    """
    parties = [business for business, listed in lists.items() if request.id in listed.items]
    if not parties:
        complete = frozenset(business for business, listed in lists.items() if not listed.errors)
        return replace(request, others=complete)
    if len(parties) > 1:
        return request
    (party,) = parties
    return SentRequest(request.request, party, names[party])


def _read_by_party(
    read: ReadMany, business_id: str, direction: Direction, parties: Iterable[str]
) -> tuple[dict[str, Listed[SentRequest]], list[GraphError]]:
    """Return the requests of each possible other business, by its id, and the errors.

    Unless Meta certainly filters by the other business, the lists prove nothing and are left out.
    """
    # The requests of the business to itself, which cannot exist, show whether Meta filters.
    businesses = sorted({*parties, business_id})
    wanted = [requests_in_estate(direction, business_id, each) for each in businesses]
    lists = dict(zip(businesses, read_lists(read, wanted), strict=True))
    if doubts := _doubts_about_filter(lists.pop(business_id), direction):
        return {}, doubts
    errors: list[GraphError] = []
    for listed in lists.values():
        errors += listed.errors
    return lists, errors


def _doubts_about_filter(to_itself: Listed[SentRequest], direction: Direction) -> list[GraphError]:
    """Return why Meta may not filter, given the filtered requests of a business to itself.

    No business asks itself, so Meta filters if this list is empty, or if Meta refuses it.
    """
    if to_itself.items:
        fault = Fault(f"it ignored the parameter {direction.party_filter}")
        advice = "look these requests up in Business Settings"
        return [OutcomeUnknownError(fault, to_itself.read.operation, advice)]
    unproved = [error for error in to_itself.errors if not isinstance(error, REFUSALS)]
    return unproved[:1]
