"""Reads of sharing requests that an agency received."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from metapixel_provider.errors import REFUSALS, MetaPixelError, NotVisibleError
from metapixel_provider.sharing.edges import RECEIVED
from metapixel_provider.sharing.response import answer_notices, decide
from metapixel_provider.sharing.sending import read_until

if TYPE_CHECKING:
    from metapixel_provider.sharing.meta import Meta
    from metapixel_provider.sharing.nodes import SharingRequest
    from metapixel_provider.sharing.response.records import (
        ResponseInputs,
        StandingInputs,
        StandingState,
    )


def request_until(
    meta: Meta, request_id: str, expected: Callable[[SharingRequest | None], bool]
) -> SharingRequest | None:
    """Return a received request, or None. Read a few times, until the result is as expected."""

    def read() -> SharingRequest | None:
        with suppress(NotVisibleError):
            return meta.request(request_id)
        return None

    return read_until(meta, request_id, read, expected)


def request(meta: Meta, declared: ResponseInputs) -> SharingRequest:
    """Return the request. Raise RefusedError if the request is not from the declared owner."""
    request_id = declared.request_id
    owner, agency = declared.owner_business_id, declared.agency_business_id
    # A new request may be missing at first.
    received = request_until(meta, request_id, lambda request: request is not None)
    try:
        if received is None:
            received = meta.request(request_id)  # This raises Meta's error, if it is still missing.
    except NotVisibleError as error:
        raise error.during(advice=answer_notices.CHECK_THE_RECEIVER) from None
    if owner and agency and not _is_from(meta, owner, agency, request_id):
        raise answer_notices.of_another_owner(declared)
    return received


def _is_from(meta: Meta, owner_id: str, agency_business_id: str, request_id: str) -> bool:
    """Return whether an owner sent a request. Read a few times, until Meta lists the request."""

    def is_listed() -> bool:
        listed = _requests_from(meta, agency_business_id, owner_id)
        return request_id in [each.id for each in listed]

    return read_until(meta, agency_business_id, is_listed, bool)


def requests(meta: Meta, before: StandingState) -> list[SharingRequest]:
    """Return the requests of the owner, or an empty list if they would not change the state."""
    agency, owner = before.inputs.agency_business_id, before.inputs.owner_business_id

    def from_owner() -> list[SharingRequest]:
        # One unfiltered list serves all owners, and most of them then need no list of their own.
        received = meta.requests(RECEIVED, agency)
        if not decide.needs_the_owners_list(received, before):
            return []
        return _requests_from(meta, agency, owner)

    def has_open(found: list[SharingRequest]) -> bool:
        return any(each.is_open for each in found)

    if meta.wrote_lately(agency):
        # This run has just shared a pixel with the agency, so a request may not be listed yet.
        return read_until(meta, agency, from_owner, has_open)
    return from_owner()


def has_ended(meta: Meta, declared: StandingInputs, request_id: str) -> bool:
    """Return whether Meta no longer lists a request as open. False if the list is unreadable."""
    agency = declared.agency_business_id
    meta.invalidate(agency)
    try:
        listed = _requests_from(meta, agency, declared.owner_business_id)
    except MetaPixelError:
        return False
    return not any(each.id == request_id and each.is_open for each in listed)


def _requests_from(meta: Meta, agency_business_id: str, owner_id: str) -> list[SharingRequest]:
    """Return the requests that an agency received from an owner, open or ended.

    Raises NotFilteredError if Meta ignored the filter, because then the list contains requests of
    other owners too.
    """
    found = meta.requests(RECEIVED, agency_business_id, owner_id)
    if not found:
        return found
    # No agency receives requests from itself, so a filter by its own id has to return nothing. A
    # refusal proves that Meta applies the parameter.
    from_itself: list[SharingRequest] = []
    with suppress(*REFUSALS):
        from_itself = meta.requests(RECEIVED, agency_business_id, agency_business_id)
    if from_itself:
        raise answer_notices.not_filtered(agency_business_id, owner_id)
    return found
