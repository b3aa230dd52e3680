"""The writes that answer sharing requests, and the reads before and after them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from metapixel_provider.errors import (
    REFUSALS,
    REPORT,
    GraphError,
    InvalidParameterError,
    MetaPixelError,
    NotFilteredError,
    NotVisibleError,
    RefusedError,
)
from metapixel_provider.sharing import subjects, writes
from metapixel_provider.sharing.request_lists import RECEIVED, is_selective
from metapixel_provider.sharing.response import answer_notices, decide
from metapixel_provider.sharing.response.declared import ResponseState
from metapixel_provider.sharing.sending import read_until, send
from metapixel_provider.sharing.status import (
    RequestResponse,
    RequestStatus,
    StandingStatus,
    unknown_request,
)
from metapixel_provider.sharing.subjects import Subject

if TYPE_CHECKING:
    from metapixel_provider.sharing.contract import Notice, Outcome
    from metapixel_provider.sharing.meta import Meta
    from metapixel_provider.sharing.nodes import SharingRequest
    from metapixel_provider.sharing.response.declared import (
        ResponseInputs,
        StandingInputs,
        StandingState,
    )

#: The status of an answer to record, and the notices for the user.
Answered = tuple[str, tuple["Notice", ...]]


def answer(meta: Meta, declared: ResponseInputs) -> Outcome:
    """Answer an open request, or adopt the same answer if it was given before.

    Raises RefusedError if the request ended in another way or is from another owner, and GraphError
    if Meta refuses the answer. Once Meta may have received the answer, errors become a notice.
    """
    request = _request(meta, declared)
    if decide.is_given(declared.answer, request):
        return ResponseState(declared, declared.answer).outcome()
    if not request.is_open:
        raise answer_notices.ended(declared, request)
    agency_id = declared.agency_business_id or ""
    status, reported = _send(meta, declared.request_id, declared.answer, agency_id)
    return ResponseState(declared, status).outcome(*reported)


def read(meta: Meta, before: StandingState) -> Outcome:
    """Read the requests of the owner. Without a filter by owner, the result is unconfirmed."""
    try:
        requests = _requests(meta, before)
    except NotFilteredError:
        return not_filtered(before)
    if requests is None:
        return before.outcome()
    return decide.read(before, requests).outcome(*answer_notices.not_answerable(requests))


def not_filtered(before: StandingState) -> Outcome:
    """Return the outcome if Meta does not filter the requests by owner, so nothing is known."""
    unconfirmed = replace(before, status=StandingStatus.UNCONFIRMED)
    return unconfirmed.outcome(answer_notices.unconfirmed(before.inputs))


def accept(
    meta: Meta, before: StandingState, is_answered_by_id: Callable[[str], bool], has_ended: bool
) -> Outcome:
    """Accept every open request of the owner that can be answered now.

    A request is left out if the program answers it by its id, or if it has ended since the read.
    Nothing is answered if the standing response `has_ended`.

    Raises NotFilteredError if Meta does not filter by owner, GraphError if Meta refuses the first
    answer, and the RefusedError of `is_answered_by_id`. After the first answer, a notice reports a
    refusal, because an error would lose the record of the earlier answers.
    """
    declared, requests = before.inputs, _requests(meta, before)
    if requests is None:
        return before.outcome()
    requests = [each for each in requests if not (each.is_open and is_answered_by_id(each.id))]
    state = decide.read(before, requests)
    reported = [*answer_notices.not_answerable(requests)]
    answerable = sorted(each.id for each in requests if each.is_answerable)
    if answerable and has_ended:
        return state.outcome(*reported, answer_notices.has_ended(declared, answerable))
    sent: list[str] = []
    left_out: set[str] = set()
    refused = unconfirmed = False
    for request_id in answerable:
        try:
            if is_answered_by_id(request_id):  # The program declared this since the first answer.
                left_out.add(request_id)
                continue
            status, told = _send(
                meta, request_id, RequestResponse.APPROVE, declared.agency_business_id
            )
        except (GraphError, RefusedError) as error:
            if isinstance(error, REFUSALS) and _has_ended(meta, declared, request_id):
                left_out.add(request_id)
                continue
            if not sent:
                raise
            refused = True
            reported.append(answer_notices.refused(declared, request_id, error))
            continue
        sent.append(request_id)
        unconfirmed = unconfirmed or status != RequestResponse.APPROVE
        reported += told
    if left_out:
        state = decide.read(state, (each for each in requests if each.id not in left_out))
    if sent:
        state = decide.answered(state, sent, unconfirmed, left=refused)
    return state.outcome(*reported)


def _send(meta: Meta, request_id: str, given: str, agency_business_id: str) -> Answered:
    """Answer an open request, and read it back.

    Raises GraphError if Meta refuses the answer. Later errors become a notice.
    """

    name = f"answer {given} to sharing request {request_id}"
    subject = Subject("answer", name, request_id, "let the next update send it again")

    def is_given(found: SharingRequest | None) -> bool:
        return decide.is_given(given, found)

    def is_given_or_purged(found: SharingRequest | None) -> bool:
        # The request was open before the write. If Meta no longer has it, the write has answered
        # it.
        return found is None or is_given(found)

    def read(answered: bool) -> SharingRequest | None:
        # If Meta did not answer the write, the request counts as purged only if no read returns it.
        return request_until(meta, request_id, is_given_or_purged if answered else is_given)

    approved = given == RequestResponse.APPROVE
    reported = (answer_notices.carries_several(request_id),) if approved else ()
    write = writes.answer(request_id, RequestStatus(given), agency_business_id)
    try:
        sent = send(meta, write, read, is_given_or_purged)
    except InvalidParameterError:
        # Somebody may have given the same answer in the meantime.
        if not is_given(read(False)):
            raise
        return given, reported
    if sent.answer is not None and sent.answer.needs_approval:
        return RequestStatus.PENDING, (*reported, subjects.must_approve(subject))
    if sent.error is not None:
        return RequestStatus.PENDING, (*reported, subjects.not_confirmed(subject, sent.error))
    if sent.found is None or is_given(sent.found):
        return given, reported
    status = sent.found.request_status
    why = f"Meta returns {status}"
    if unknown_request(status):
        why += f", which pulumi-metapixel does not know, so {REPORT}"
    return status, (*reported, subjects.not_confirmed(subject, why))


def request_until(
    meta: Meta, request_id: str, expected: Callable[[SharingRequest | None], bool]
) -> SharingRequest | None:
    """Return a received request, or None. Read a few times, until the result is as expected."""

    def read() -> SharingRequest | None:
        with suppress(NotVisibleError):
            return meta.request(request_id)
        return None

    return read_until(meta, request_id, read, expected)


def _request(meta: Meta, declared: ResponseInputs) -> SharingRequest:
    """Return the request. Raise RefusedError if the request is not from the declared owner."""
    request_id = declared.request_id
    owner, agency = declared.owner_business_id, declared.agency_business_id
    # A new request may be missing at first. If it is still missing, one more read raises Meta's
    # error.
    found = request_until(meta, request_id, lambda request: request is not None)
    try:
        request = found or meta.request(request_id)
    except NotVisibleError as error:
        raise error.during("", answer_notices.CHECK_THE_RECEIVER) from None
    if owner and agency:

        def is_of_owner() -> bool:
            return any(each.id == request_id for each in _requests_from(meta, agency, owner))

        if not read_until(meta, agency, is_of_owner, bool):
            raise answer_notices.of_another_owner(declared)
    return request


def _requests(meta: Meta, before: StandingState) -> Sequence[SharingRequest] | None:
    """Return the requests of the owner, or None if they do not have to be read."""
    agency, owner = before.inputs.agency_business_id, before.inputs.owner_business_id

    def from_owner() -> Sequence[SharingRequest] | None:
        received = meta.requests(RECEIVED, agency)
        if not decide.needs_the_owners_list(received, before):
            return None
        return _requests_from(meta, agency, owner)

    def has_open(found: Sequence[SharingRequest] | None) -> bool:
        return any(each.is_open for each in found or ())

    if not meta.wrote_lately(agency):
        return from_owner()
    # This run has just shared a pixel with the agency, so a request may not be listed yet.
    return read_until(meta, agency, from_owner, has_open)


def _has_ended(meta: Meta, declared: StandingInputs, request_id: str) -> bool:
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
    own = partial(meta.requests, RECEIVED, agency_business_id, agency_business_id)
    if found and not is_selective(own):
        raise answer_notices.not_filtered(agency_business_id, owner_id)
    return found
