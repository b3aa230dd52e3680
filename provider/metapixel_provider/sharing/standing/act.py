"""The reads of an owner's requests, and the answers to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from metapixel_provider.errors import GraphError
from metapixel_provider.sharing.response import act
from metapixel_provider.sharing.response.declared import ResponseInputs
from metapixel_provider.sharing.response.received import requests_from
from metapixel_provider.sharing.sending import read_until
from metapixel_provider.sharing.standing import decide, notices
from metapixel_provider.sharing.standing.declared import StandingState
from metapixel_provider.sharing.status import RequestResponse

if TYPE_CHECKING:
    from metapixel_provider.sharing.contract import Notice
    from metapixel_provider.sharing.meta import Meta
    from metapixel_provider.sharing.nodes import SharingRequest
    from metapixel_provider.sharing.standing.declared import StandingInputs

#: The state to record, and the notices for the user.
Result = tuple[StandingState, tuple["Notice", ...]]


def read(meta: Meta, declared: StandingInputs, before: StandingState | None) -> Result:
    """Return the state after a read. Raise RefusedError if Meta does not filter by owner."""
    requests = _requests(meta, declared, before)
    if requests is None:
        return before or StandingState(), ()
    return decide.read(before or StandingState(), requests), notices.not_answerable(requests)


def accept(meta: Meta, declared: StandingInputs, before: StandingState | None) -> Result:
    """Accept every open request of the owner that can be answered now.

    Raises RefusedError if Meta does not filter by owner, and GraphError if Meta refuses the first
    answer. If Meta refuses a later answer, a notice reports this, because an error would lose the
    record of the earlier answers.
    """
    requests = _requests(meta, declared, before)
    if requests is None:
        return before or StandingState(), ()
    state = decide.read(before or StandingState(), requests)
    reported = [*notices.not_answerable(requests)]
    answerable = sorted(each.id for each in requests if each.is_answerable)
    if answerable and decide.has_ended(declared.expires_on):
        return state, (*reported, notices.has_ended(declared, answerable))
    sent: list[str] = []
    refused = unconfirmed = False
    for request_id in answerable:
        answer = ResponseInputs(
            request_id,
            RequestResponse.APPROVE,
            declared.owner_business_id,
            declared.agency_business_id,
        )
        try:
            status, told = act.send_answer(meta, answer)
        except GraphError as error:
            if not sent:
                raise
            refused = True
            reported.append(notices.refused(declared, request_id, error))
            continue
        sent.append(request_id)
        unconfirmed = unconfirmed or status != RequestResponse.APPROVE
        reported += told
    if sent:
        state = decide.answered(state, sent, unconfirmed, left=refused)
    return state, tuple(reported)


def _requests(
    meta: Meta, declared: StandingInputs, before: StandingState | None
) -> Sequence[SharingRequest] | None:
    """Return the requests of the owner, or None if they do not have to be read."""
    agency, owner = declared.agency_business_id, declared.owner_business_id

    def from_owner() -> Sequence[SharingRequest] | None:
        received = meta.received_requests(agency)
        if not decide.needs_the_owners_list(received, before):
            return None
        return requests_from(meta, agency, owner)

    def has_open(found: Sequence[SharingRequest] | None) -> bool:
        return any(each.is_open for each in found or ())

    if not meta.wrote_lately(agency):
        return from_owner()
    # This run has just shared a pixel with the agency, so a request may not be listed yet.
    return read_until(meta, agency, from_owner, has_open)
