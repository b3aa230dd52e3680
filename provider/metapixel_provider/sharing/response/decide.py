"""Decisions about an answer, from what is declared, recorded and seen; nothing here calls Meta."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING

from metapixel_provider.sharing.response.declared import ANSWERS, NOT_NEEDED, ResponseInputs
from metapixel_provider.sharing.status import RequestStatus

if TYPE_CHECKING:
    from metapixel_provider.sharing.nodes import SharingRequest


class Action(Enum):
    """What a creation or an update does next."""

    ADOPT = "adopt"
    """The request was answered so already."""

    ANSWER = "answer"

    REFUSE = "refuse"
    """The request ended in another way."""


def without_request(declared: ResponseInputs) -> bool:
    """Return whether a declared answer is met where there is no request: only an approval is."""
    return declared.answer != RequestStatus.DECLINE


def create(declared: ResponseInputs, request: SharingRequest) -> Action:
    """Decide what to do about a request."""
    if is_given(declared, request):
        return Action.ADOPT
    return Action.ANSWER if request.is_open else Action.REFUSE


def is_given(declared: ResponseInputs, request: SharingRequest | None) -> bool:
    """Return whether a request has the declared answer."""
    return request is not None and request.request_status.upper() == declared.answer


def is_answered(status: object) -> bool:
    """Return whether a recorded status needs no further answer."""
    return status in (*ANSWERS, NOT_NEEDED)


def read(
    recorded: ResponseInputs, status: str | None, request: SharingRequest | None
) -> tuple[ResponseInputs, str] | None:
    """Decide what a refresh records: the inputs and the status; None if there is no answer.

    `status` is None for an answer that no state records. Meta purges requests; a recorded answer
    outlives them.
    """
    if request is None:
        return None if status is None else (recorded, status)
    found = request.request_status.upper()
    if found in ANSWERS:
        return replace(recorded, answer=found), found
    # A recorded answer that does not hold any more: the request is open again, or ended.
    return None if status in ANSWERS else (recorded, found)
