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
    is_ours: Callable[[str], bool],
) -> Outcome:
    """Accept every open request in a list that can be answered now.

    Raises GraphError if Meta refuses the first answer, and the RefusedError of `is_ours`. After the
    first answer, a notice reports a refusal, because an error would lose the record of the earlier
    answers.
    """
    declared = before.inputs
    reported = [*answer_notices.not_answerable(requests)]
    results: dict[str, AnswerResult] = {}
    for request_id in _answerable(requests):
        try:
            result, notices = _approve(meta, declared, request_id, is_ours)
        except (GraphError, RefusedError) as error:
            nothing_was_sent = decide.SENT.isdisjoint(results.values())
            if nothing_was_sent:
                raise
            result = AnswerResult.REFUSED
            notices = [answer_notices.refused(declared, request_id, error)]
        results[request_id] = result
        reported += notices
    return decide.state_after_answers(before, requests, results).outcome(*reported)


def leave_open(before: StandingState, requests: Sequence[SharingRequest]) -> Outcome:
    """Answer no request, because the last day has passed, and report those that are left open."""
    reported = [*answer_notices.not_answerable(requests)]
    answerable = _answerable(requests)
    if answerable:
        reported.append(answer_notices.past_last_day(before.inputs, answerable))
    return decide.read(before, requests).outcome(*reported)


def _answerable(requests: Sequence[SharingRequest]) -> list[str]:
    return sorted(each.id for each in requests if each.is_answerable)


def _approve(
    meta: Meta, declared: StandingInputs, request_id: str, is_ours: Callable[[str], bool]
) -> tuple[AnswerResult, list[Notice]]:
    """Accept a request, unless the program has declared its answer by id, or it has ended."""
    if not is_ours(request_id):
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
    read = partial(_read_answer, meta, declared)
    agency_id = declared.agency_business_id or ""
    write = writes.answer(declared.request_id, RequestStatus(declared.answer), agency_id)
    try:
        # The request was open before, so one that Meta has purged since counts as answered.
        sent = send(meta, write, read, partial(decide.is_given_or_purged, declared.answer))
    except InvalidParameterError:
        # Somebody may have given the same answer since. A purged request would not show which.
        found = read(answered=False)
        if not decide.is_given(declared.answer, found):
            raise
        sent = Sent(found=found)
    status, reported = _result(declared, sent)
    if declared.answer == RequestResponse.APPROVE:
        reported = [answer_notices.carries_several(declared.request_id), *reported]
    return status, reported


def _read_answer(meta: Meta, declared: ResponseInputs, answered: bool) -> SharingRequest | None:
    """Read a request after its answer was sent. `answered` is True if Meta answered this write."""
    is_expected = partial(decide.is_given, declared.answer)
    if answered:
        # The request was open before the write, so if Meta no longer has it, the answer was given.
        is_expected = partial(decide.is_given_or_purged, declared.answer)
    # Otherwise, a missing request counts as purged only after several reads.
    return observe.request_until(meta, declared.request_id, is_expected)


def _result(
    declared: ResponseInputs, sent: Sent[SharingRequest | None]
) -> tuple[str, list[Notice]]:
    """Return the status to record after an answer was sent, and a notice if it is unconfirmed."""
    answered_later = RequestStatus.PENDING  # The next update answers a request with this status.
    if sent.needs_approval:
        return answered_later, [common_notices.must_approve(declared)]
    if sent.error is not None:
        return answered_later, [common_notices.not_confirmed(declared, sent.error)]
    if sent.found is None or decide.is_given(declared.answer, sent.found):
        return declared.answer, []
    status = sent.found.request_status
    why = f"Meta returns {status}"
    if unknown_request(status):
        why += f", which pulumi-metapixel does not know, so {REPORT}"
    return status, [common_notices.not_confirmed(declared, why)]
