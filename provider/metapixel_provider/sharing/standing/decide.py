"""Decisions about a standing response, made from its declaration, its record and a read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from metapixel_provider.sharing.status import StandingStatus

if TYPE_CHECKING:
    from metapixel_provider.sharing.nodes import SharingRequest
    from metapixel_provider.sharing.standing.declared import StandingState

#: The statuses with which the next update looks for requests to answer.
UNFINISHED = (StandingStatus.OPEN, StandingStatus.UNCONFIRMED)


def today() -> str:
    """Return the date in UTC as `YYYY-MM-DD`. Texts of this form sort by date."""
    return datetime.now(UTC).date().isoformat()


def has_ended(expires_on: str) -> bool:
    """Return whether the last day has passed. An empty text means that there is no last day."""
    return "" < expires_on < today()


def needs_the_owners_list(received: Iterable[SharingRequest], before: StandingState | None) -> bool:
    """Return whether the requests of the owner have to be read.

    `received` are the requests of all owners. A request does not name its owner, so an open request
    may be from this owner. `before` is the recorded state, or None if there is no record. If the
    record contains no accepted request, an accepted request may be from this owner too.
    """
    if before is not None and before.status in UNFINISHED:
        return True
    waits = before is None or before.status is StandingStatus.WAITING
    return any(each.is_open or (waits and each.is_accepted) for each in received)


def read(before: StandingState, requests: Iterable[SharingRequest]) -> StandingState:
    """Return the state after a read of the owner's requests. No answer was sent.

    An answered request stays recorded after Meta purges it.
    """
    listed = list(requests)
    accepted = [each.id for each in listed if each.is_accepted]
    others = {each.id for each in listed} - set(accepted)
    kept = [each for each in before.answered if each not in others]
    answered = tuple(dict.fromkeys((*kept, *sorted(accepted))))
    if any(each.is_answerable for each in listed):
        status = StandingStatus.OPEN
    else:
        status = StandingStatus.ANSWERED if answered else StandingStatus.WAITING
    return replace(before, status=status, answered=answered)


def answered(
    state: StandingState, sent: Iterable[str], unconfirmed: bool, left: bool
) -> StandingState:
    """Return the state after answers were sent.

    `sent` are the requests that were answered. `unconfirmed` is True if Meta has not returned all
    of them as accepted yet, and `left` if an open request was not answered.
    """
    status = StandingStatus.OPEN if left else StandingStatus.ANSWERED
    return replace(
        state,
        status=StandingStatus.UNCONFIRMED if unconfirmed else status,
        answered=tuple(dict.fromkeys((*state.answered, *sent))),
        answered_on=today(),
    )
