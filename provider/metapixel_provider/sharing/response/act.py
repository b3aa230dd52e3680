"""The write that answers a sharing request, and the reads before and after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metapixel_provider.errors import REPORT, GraphError, InvalidParameterError, NotVisibleError
from metapixel_provider.sharing import writes
from metapixel_provider.sharing.response import decide, notices
from metapixel_provider.sharing.response.decide import Action
from metapixel_provider.sharing.response.received import requests_from
from metapixel_provider.sharing.sending import read_until, send
from metapixel_provider.sharing.share.observe import request_until
from metapixel_provider.sharing.status import RequestStatus, unknown_request

if TYPE_CHECKING:
    from metapixel_provider.sharing.contract import Notice
    from metapixel_provider.sharing.meta import Meta
    from metapixel_provider.sharing.nodes import SharingRequest
    from metapixel_provider.sharing.response.declared import ResponseInputs

#: The status to record, and the notices for the user.
Result = tuple[str, tuple["Notice", ...]]


def answer(meta: Meta, declared: ResponseInputs) -> Result:
    """Answer an open request, or adopt the same answer if it was given before.

    Raises RefusedError if the request ended in another way or is from another owner, and GraphError
    if Meta refuses the answer. Once Meta may have received the answer, errors become a notice.
    """
    request = _request(meta, declared)
    action = decide.create(declared, request)
    if action is Action.ADOPT:
        return declared.answer, ()
    if action is Action.REFUSE:
        raise notices.ended(declared, request)
    return send_answer(meta, declared)


def send_answer(meta: Meta, declared: ResponseInputs) -> Result:
    """Answer an open request, and read it back.

    Raises GraphError if Meta refuses the answer. Later errors become a notice.
    """
    request_id = declared.request_id

    def is_given(found: SharingRequest | None) -> bool:
        return decide.is_given(declared, found)

    def is_given_or_purged(found: SharingRequest | None) -> bool:
        # The request was open before the write. If Meta no longer has it, the write has answered
        # it.
        return found is None or is_given(found)

    def had_effect() -> bool:
        # If Meta did not answer the write, the request counts as purged only if no read returns it.
        return is_given_or_purged(request_until(meta, request_id, is_given))

    approved = declared.answer == RequestStatus.APPROVE
    reported = (notices.carries_several(request_id),) if approved else ()
    write = writes.answer(
        request_id, RequestStatus(declared.answer), declared.agency_business_id or ""
    )
    try:
        sent = send(meta, write, had_effect)
    except InvalidParameterError:
        # Somebody may have given the same answer in the meantime.
        if not is_given(request_until(meta, request_id, is_given)):
            raise
        return declared.answer, reported
    status, why = RequestStatus.PENDING.value, str(sent.error)
    if sent.accepted is not None and sent.accepted.needs_approval:
        why = "another admin of the business must approve it in Business Settings, under Requests"
    elif sent.error is None:
        try:
            found = request_until(meta, request_id, is_given_or_purged)
            if found is None or is_given(found):
                return declared.answer, reported
            status, why = found.request_status, f"Meta returns {found.request_status}"
            if unknown_request(found.request_status):
                why += f", which pulumi-metapixel does not know, so {REPORT}"
        except GraphError as error:
            why = str(error)
    return status, (*reported, notices.not_confirmed(declared, why))


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
        raise error.during("", notices.CHECK_THE_RECEIVER) from None
    if owner and agency:

        def is_of_owner() -> bool:
            return any(each.id == request_id for each in requests_from(meta, agency, owner))

        if not read_until(meta, agency, is_of_owner, bool):
            raise notices.of_another_owner(declared)
    return request
