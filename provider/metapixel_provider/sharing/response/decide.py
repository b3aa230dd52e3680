"""Decisions about answers, made from a declaration, its record and a read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from metapixel_provider.sharing.days import today
from metapixel_provider.sharing.status import RequestResponse, StandingStatus

if TYPE_CHECKING:
    from metapixel_provider.sharing.nodes import SharingRequest
    from metapixel_provider.sharing.response.records import StandingState

#: With these statuses, the next update of a standing response reads the requests to answer them.
UNFINISHED = (StandingStatus.OPEN, StandingStatus.UNCONFIRMED)


class Action(Enum):
    """What the creation of an answer does."""

    ADOPT = auto()
    SEND = auto()
    FAIL = auto()


class AnswerResult(Enum):
    """The result of an attempt to accept a request."""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    REFUSED = "refused"

    NOTHING = "nothing"
    """Nothing was sent, or Meta refused the answer because the request has ended."""


#: The results after which Meta may have the answer.
SENT = frozenset({AnswerResult.CONFIRMED, AnswerResult.UNCONFIRMED})


def answer(declared: str, request: SharingRequest) -> Action:
    """Decide before the declared answer to a request is sent."""
    if is_given(declared, request):
        return Action.ADOPT
    return Action.SEND if request.is_open else Action.FAIL


def is_given(answer: str, request: SharingRequest | None) -> bool:
    return request is not None and request.request_status.upper() == answer


def is_given_or_purged(answer: str, request: SharingRequest | None) -> bool:
    """Return whether Meta has an answer to a request that was open before. It may purge both."""
    return request is None or is_given(answer, request)


def is_answered(status: object) -> bool:
    """Return whether the recorded status of an answer needs no further answer."""
    return status in tuple(RequestResponse)


def read_answer(recorded: str | None, request: SharingRequest | None) -> str | None:
    """Return the status of an answer that a refresh records, or None if there is no answer."""
    if request is None:
        return recorded  # Meta purges old requests, so the record stays.
    found = request.request_status.upper()
    if is_answered(found):
        return found
    # The request is open, or ended in another way. So an answer that was recorded is no longer
    # valid, and an import, which has no record, finds no answer.
    if recorded is None or is_answered(recorded):
        return None
    return found  # The record had no answer either, and the next update answers the request.


def needs_the_owners_list(received: Iterable[SharingRequest], before: StandingState) -> bool:
    """Return whether the requests of the owner have to be read.

    `received` are the requests of all owners. A request does not name its owner, so an open request
    may be from this owner, and an accepted one too if `before` contains no accepted request.
    """
    if before.status in UNFINISHED:
        return True
    has_none_accepted = before.status is StandingStatus.WAITING
    return any(each.is_open or (has_none_accepted and each.is_accepted) for each in received)


def read(before: StandingState, requests: Iterable[SharingRequest]) -> StandingState:
    """Return the state after a read. An answered request stays after Meta purges it."""
    listed = list(requests)
    answered = dict.fromkeys(before.answered)  # A set that keeps its order.
    for each in sorted(listed, key=lambda request: request.id):
        if each.is_accepted:
            answered[each.id] = None
        else:
            answered.pop(each.id, None)
    status = StandingStatus.WAITING
    if any(each.is_answerable for each in listed):
        status = StandingStatus.OPEN
    elif answered:
        status = StandingStatus.ANSWERED
    return replace(before, status=status, answered=tuple(answered))


def state_after_answers(
    before: StandingState, requests: Iterable[SharingRequest], results: Mapping[str, AnswerResult]
) -> StandingState:
    """Return the state after an attempt to accept each answerable request, by its id."""
    state = read(before, requests)
    sent_ids = [request_id for request_id, result in results.items() if result in SENT]
    if sent_ids:
        answered = dict.fromkeys([*state.answered, *sent_ids])
        state = replace(state, answered=tuple(answered), answered_on=today().isoformat())
    # The status of the read is outdated: after the attempt, only a refused request is still open.
    if AnswerResult.UNCONFIRMED in results.values():
        return replace(state, status=StandingStatus.UNCONFIRMED)
    if AnswerResult.REFUSED in results.values():
        return replace(state, status=StandingStatus.OPEN)
    status = StandingStatus.ANSWERED if state.answered else StandingStatus.WAITING
    return replace(state, status=status)
