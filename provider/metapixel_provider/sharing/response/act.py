"""The writes that answer sharing requests, and the reads that confirm them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from metapixel_provider.errors import (
    REFUSALS,
    REPORT,
    GraphError,
    InvalidParameterError,
    RefusedError,
)
from metapixel_provider.sharing import common_notices, writes
from metapixel_provider.sharing.response import answer_notices, decide, observe
from metapixel_provider.sharing.response.decide import Action, AnswerResult
from metapixel_provider.sharing.response.records import (
    ResponseInputs,
    ResponseState,
    StandingInputs,
    StandingState,
)
from metapixel_provider.sharing.sending import Sent, send
from metapixel_provider.sharing.status import RequestResponse, RequestStatus, unknown_request

if TYPE_CHECKING:
    from metapixel_provider.sharing.contract import Notice, Outcome
    from metapixel_provider.sharing.meta import Meta
    from metapixel_provider.sharing.nodes import SharingRequest


def answer(meta: Meta, declared: ResponseInputs, request: SharingRequest) -> Outcome:
    """Answer a request, or adopt the same answer if it was given before.

    Raises RefusedError if the request ended in another way.
    """
    action = decide.answer(declared.answer, request)
    if action is Action.ADOPT:
        return ResponseState(declared, declared.answer).outcome()
    if action is Action.FAIL:
        raise answer_notices.ended(declared, request)
    status, reported = _send(meta, declared)
    return ResponseState(declared, status).outcome(*reported)


def accept(
    meta: Meta,
    before: StandingState,
    requests: Sequence[SharingRequest],
    is_answered_by_id: Callable[[str], bool],
    is_past_last_day: bool,
) -> Outcome:
    """Accept every open request in a list that can be answered now.

    A request is left out if the program answers it by its id, or if it has ended since the read.

    Raises GraphError if Meta refuses the first answer, and the RefusedError of `is_answered_by_id`.
    After the first answer, a notice reports a refusal, because an error would lose the record of
    the earlier answers.
    """
    declared = before.inputs
    # The program itself answers the other open requests, by their ids.
    ours = [each for each in requests if not (each.is_open and is_answered_by_id(each.id))]
    reported = [*answer_notices.not_answerable(ours)]
    answerable = sorted(each.id for each in ours if each.is_answerable)
    if answerable and is_past_last_day:
        reported.append(answer_notices.past_last_day(declared, answerable))
        return decide.read(before, ours).outcome(*reported)
    results: dict[str, AnswerResult] = {}
    for request_id in answerable:
        try:
            result, notices = _approve(meta, declared, request_id, is_answered_by_id)
        except (GraphError, RefusedError) as error:
            nothing_was_sent = decide.SENT.isdisjoint(results.values())
            if nothing_was_sent:
                raise
            result = AnswerResult.REFUSED
            notices = [answer_notices.refused(declared, request_id, error)]
        results[request_id] = result
        reported += notices
    return decide.state_after_answers(before, ours, results).outcome(*reported)


def _approve(
    meta: Meta, declared: StandingInputs, request_id: str, is_answered_by_id: Callable[[str], bool]
) -> tuple[AnswerResult, list[Notice]]:
    """Accept a request, unless the program has declared its answer by id since the first answer."""
    if is_answered_by_id(request_id):
        return AnswerResult.NOTHING, []
    owner, agency = declared.owner_business_id, declared.agency_business_id
    approval = ResponseInputs(request_id, RequestResponse.APPROVE, owner, agency)
    try:
        status, reported = _send(meta, approval)
    except REFUSALS:
        if not observe.has_ended(meta, declared, request_id):
            raise
        return AnswerResult.NOTHING, []
    if status == RequestResponse.APPROVE:
        return AnswerResult.CONFIRMED, reported
    return AnswerResult.UNCONFIRMED, reported


def _send(meta: Meta, declared: ResponseInputs) -> tuple[str, list[Notice]]:
    """Send an answer. Return the status of the request to record, and the notices."""
    request_id = declared.request_id
    is_given = partial(decide.is_given, declared.answer)

    def is_given_or_purged(found: SharingRequest | None) -> bool:
        # The request was open before the write, so if Meta no longer has it, it was answered.
        return found is None or is_given(found)

    def read(write_was_answered: bool) -> SharingRequest | None:
        if write_was_answered:
            return observe.request_until(meta, request_id, is_given_or_purged)
        # Without an answer, a missing request counts as purged only after several reads.
        return observe.request_until(meta, request_id, is_given)

    agency_id = declared.agency_business_id or ""
    write = writes.answer(request_id, RequestStatus(declared.answer), agency_id)
    try:
        sent = send(meta, write, read, is_given_or_purged)
    except InvalidParameterError:
        # Somebody may have given the same answer in the meantime.
        sent = Sent(found=read(write_was_answered=False))
        if not is_given(sent.found):
            raise
    status, reported = _result(declared, sent)
    if declared.answer == RequestResponse.APPROVE:
        reported = [answer_notices.carries_several(request_id), *reported]
    return status, reported


def _result(
    declared: ResponseInputs, sent: Sent[SharingRequest | None]
) -> tuple[str, list[Notice]]:
    """Return the status to record after an answer was sent, and a notice if it is unconfirmed."""
    answered_later = RequestStatus.PENDING  # The next update answers a request with this status.
    if sent.needs_approval:
        return answered_later, [common_notices.must_approve(declared)]
    if sent.error is not None:
        return answered_later, [common_notices.not_confirmed(declared, sent.error)]
    # If Meta no longer has a request that was open before the write, it was answered.
    if sent.found is None or decide.is_given(declared.answer, sent.found):
        return declared.answer, []
    status = sent.found.request_status
    why = f"Meta returns {status}"
    if unknown_request(status):
        why += f", which pulumi-metapixel does not know, so {REPORT}"
    return status, [common_notices.not_confirmed(declared, why)]
