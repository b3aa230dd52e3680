"""Writes and the reads that confirm them.

A read may return data from before the last write, and the answer to a write may get lost. So a read
is repeated until its result is as expected, and a write is repeated only if it had no effect.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from metapixel_provider.errors import (
    MAY_HAVE_TAKEN_EFFECT,
    GraphError,
    OutcomeUnknownError,
    UnknownAnswerError,
)
from metapixel_provider.sharing import common_notices

if TYPE_CHECKING:
    from metapixel_provider.sharing.meta import Meta
    from metapixel_provider.sharing.nodes import WriteResult
    from metapixel_provider.sharing.records import Inputs
    from metapixel_provider.sharing.writes import Write

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class ReadAfterWrite(Protocol[T_co]):
    """A read of the effect of a write. `answered` is True if Meta answered the write."""

    def __call__(self, answered: bool) -> T_co: ...


def read_until(meta: Meta, key: str, read: Callable[[], T], is_expected: Callable[[T], bool]) -> T:
    """Read a few times, until the result is as expected. Return the last result."""
    found = read()
    for repeat in range(meta.patience.reads - 1):
        if is_expected(found):
            break
        pause = meta.patience.first_read_pause * 2**repeat
        time.sleep(pause)
        # A read that another thread has begun in the last half of the pause is new enough for both.
        meta.invalidate(key, pause / 2)
        found = read()
    return found


@dataclass(frozen=True)
class Sent(Generic[T]):
    """The result of a write that may have taken effect.

    `answer` is None if no answer to the write arrived. `found` is the result of the read after the
    write. It is None if the answer says that somebody else has to act first, or if there is an
    `error`, which is the reason why the effect of the write is unknown.
    """

    answer: WriteResult | None = None
    found: T | None = None
    error: GraphError | None = None

    @property
    def needs_approval(self) -> bool:
        return self.answer is not None and self.answer.needs_approval


def send(
    meta: Meta, write: Write, read: ReadAfterWrite[T], had_effect: Callable[[T], bool]
) -> Sent[T]:
    """Send a write and read its effect. Without an answer, repeat it only if it had no effect.

    Raises GraphError only if Meta refused the first attempt, so that the write certainly had no
    effect. After a later refusal, the effect is read, because an earlier attempt may have had it.
    If this read fails or shows no effect, the result has the `error` of the last attempt.
    """
    failure: GraphError | None = None
    for attempt in range(meta.patience.write_attempts):
        if attempt > 0:
            time.sleep(meta.patience.pause_after(attempt - 1))
        try:
            answer = meta.write(write)
        except OutcomeUnknownError as no_answer:
            failure = no_answer
            # Meta may still carry out a write to which it gave an answer of an unknown form.
            may_repeat = not isinstance(no_answer, UnknownAnswerError)
        except GraphError as refusal:
            if attempt == 0:
                refusal.had_no_effect = True
                raise
            failure, may_repeat = refusal, False
        else:
            return _read_back(answer, read)
        try:
            found = read(answered=False)
        except GraphError:
            return Sent(error=failure)
        if had_effect(found):
            return Sent(found=found)
        if not may_repeat:
            break
    return Sent(error=failure)


def _read_back(answer: WriteResult, read: ReadAfterWrite[T]) -> Sent[T]:
    """Read the effect of an answered write, unless somebody else has to act first."""
    agency_must_accept = answer.request_id != ""
    if agency_must_accept or answer.needs_approval:
        return Sent(answer)
    try:
        return Sent(answer, read(answered=True))
    except GraphError as error:
        return Sent(answer, error=error)


@dataclass(frozen=True)
class Remaining:
    """The access that is left after a removal.

    `is_listed` is True if Meta still lists the access. It `may_exist_unlisted` if Meta does not
    report whether it exists. `requests` are open sharing requests that may still give the access,
    or None if they are unread. It `may_be_approved` by another admin, which no read shows. Only
    `remove` sets `was_removed`: True if Meta reported that it has removed the access.
    """

    is_listed: bool = False
    may_exist_unlisted: bool = False
    requests: tuple[str, ...] | None = ()
    may_be_approved: bool = False
    was_removed: bool = False

    @property
    def may_be_accepted(self) -> bool:
        """True if the agency may accept a request: one is open, or the requests are unread."""
        return self.requests != ()

    @property
    def is_nothing(self) -> bool:
        may_exist = self.is_listed or self.may_exist_unlisted or self.may_be_approved
        return not may_exist and not self.may_be_accepted


def remove(
    meta: Meta,
    write: Write,
    access: Inputs,
    read: ReadAfterWrite[Remaining],
    refusals: tuple[type[GraphError], ...],
) -> Remaining:
    """Remove access, and return what is left of it.

    Raises GraphError or RefusedError if Meta still lists the access, if no read shows whether it
    does, or if an admin has to act first. An error in `refusals` reports nothing to remove.
    """
    read_left = partial(_read_left, access, read)
    try:
        sent = send(meta, write, read_left, lambda left: left.is_nothing)
    except refusals as refusal:
        sent = Sent[Remaining](error=refusal)
    if sent.error is not None:
        had_nothing_to_remove = sent.answer is None and isinstance(sent.error, refusals)
        if had_nothing_to_remove:
            return _left_after_refusal(access, sent.error, read_left)
        raise sent.error
    if sent.found is None:
        # A removal opens no request, so it is the approval of an admin that has to come first.
        raise common_notices.removal_needs_approval(access)
    if sent.found.is_listed:
        raise common_notices.not_removed(access, sent.found.requests)
    return replace(sent.found, was_removed=sent.answer is not None)


def _left_after_refusal(
    access: Inputs, refusal: GraphError, read_left: ReadAfterWrite[Remaining]
) -> Remaining:
    """Return what is left if Meta had nothing to remove. An earlier attempt may have removed it."""
    try:
        left = read_left(answered=False)
    except GraphError:
        # The token that was refused may not read what is left either. Only the refusal tells the
        # caller whether the removal `had_no_effect`.
        if refusal.needs_token:
            raise refusal from None
        raise
    if left.is_listed:
        raise refusal.during(advice=common_notices.advice_to_cancel(left.requests))
    # If the agency may accept a request, the caller reports this instead.
    if left.may_be_approved and not left.may_be_accepted:
        raise common_notices.approval_may_follow(access)
    return left


def _read_left(access: Inputs, read: ReadAfterWrite[Remaining], answered: bool) -> Remaining:
    """Read what is left after a removal, which may have taken effect."""
    try:
        return read(answered)
    except GraphError as error:
        advice = MAY_HAVE_TAKEN_EFFECT if isinstance(error, OutcomeUnknownError) else ""
        not_confirmed = error.during(advice=advice)
        # `during` would keep the action of the read.
        not_confirmed.action = f"confirm that the {access.name} is removed"
        raise not_confirmed from None
