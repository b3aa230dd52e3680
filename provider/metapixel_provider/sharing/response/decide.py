"""Decisions about an answer, made from its declaration, its recorded status and a read."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING

from metapixel_provider.sharing.status import RequestResponse

if TYPE_CHECKING:
    from metapixel_provider.sharing.nodes import SharingRequest
    from metapixel_provider.sharing.response.declared import ResponseInputs

_ANSWERS = tuple(RequestResponse)


class Action(Enum):
    """The next action of a creation or an update."""

    ADOPT = "adopt"
    """Record the answer, because the request already has it."""

    ANSWER = "answer"

    REFUSE = "refuse"
    """Fail, because the request ended in another way."""


def create(declared: ResponseInputs, request: SharingRequest) -> Action:
    if is_given(declared, request):
        return Action.ADOPT
    return Action.ANSWER if request.is_open else Action.REFUSE


def is_given(declared: ResponseInputs, request: SharingRequest | None) -> bool:
    return request is not None and request.request_status.upper() == declared.answer


def is_answered(status: object) -> bool:
    """Return whether a recorded status needs no further answer."""
    return status in _ANSWERS


def read(
    recorded: ResponseInputs, status: str | None, request: SharingRequest | None
) -> tuple[ResponseInputs, str] | None:
    """Return the inputs and the status that a refresh records, or None if there is no answer.

    `status` is None if the answer is not in the state. A recorded answer stays after Meta purges
    the request.
    """
    if request is None:
        return None if status is None else (recorded, status)
    found = request.request_status.upper()
    if found in _ANSWERS:
        return replace(recorded, answer=found), found
    # The recorded answer is no longer valid if the request is open again or ended in another way.
    return None if status in _ANSWERS else (recorded, found)
