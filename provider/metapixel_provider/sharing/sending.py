"""Writes and the reads that confirm them.

A read may return data from before the last write, and the answer to a write may get lost. So a read
is repeated until its result is as expected, and a write is repeated only if it had no effect.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

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


def read_until(meta: Meta, key: str, read: Callable[[], T], expected: Callable[[T], bool]) -> T:
    """Read a few times, until the result is as expected. Return the last result."""
    found = read()
    for attempt in range(meta.patience.reads - 1):
        if expected(found):
            break
        pause = meta.patience.first_read_pause * 2**attempt
        time.sleep(pause)
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
    meta: Meta, write: Write, read: Callable[[bool], T], had_effect: Callable[[T], bool]
) -> Sent[T]:
    """Send a write and read its effect. Without an answer, repeat it only if it had no effect.

    After an answer that this version does not know, the write is not repeated, because Meta may
    carry it out later. The argument of `read` is True if Meta answered the write. Raises GraphError
    only if Meta refused the first attempt, so that the write certainly had no effect.
    """
    lost: OutcomeUnknownError | None = None
    for attempt in range(meta.patience.write_attempts):
        if attempt:
            time.sleep(meta.patience.pause(attempt - 1))
        answer: WriteResult | None = None
        refusal: GraphError | None = None
        try:
            answer = meta.write(write)
        except OutcomeUnknownError as error:
            lost = error
        except GraphError as error:
            if lost is None:
                error.had_no_effect = True
                raise
            refusal = error
        if answer and (answer.request_id or answer.needs_approval):
            return Sent(answer)
        try:
            found = read(answer is not None)
        except GraphError as error:
            return Sent(answer, error=error if answer else refusal or lost)
        if answer or had_effect(found):
            return Sent(answer, found)
        if refusal is not None or isinstance(lost, UnknownAnswerError):
            return Sent(error=refusal or lost)
    return Sent(error=lost)


@dataclass(frozen=True)
class Remaining:
    """The access that is left after a removal.

    `is_listed` is True if Meta still lists the access. It is `hidden` if Meta does not report
    whether it exists. `requests` are open sharing requests that may still give the access, or None
    if they are unread. It is `unapproved` if another admin may approve it, which no read shows.
    """

    is_listed: bool = False
    hidden: bool = False
    requests: tuple[str, ...] | None = ()
    unapproved: bool = False

    @property
    def is_nothing(self) -> bool:
        return not (self.is_listed or self.hidden or self.unapproved) and self.requests == ()


def remove(
    meta: Meta,
    write: Write,
    access: Inputs,
    read: Callable[[bool], Remaining],
    refusals: tuple[type[GraphError], ...],
) -> tuple[Remaining, bool]:
    """Remove access, and read what is left of it. See `send` for `read`.

    The second result is True if the access counts as deleted: Meta reported success, or no request
    is left. Meta reports with one of the errors in `refusals` that it had nothing to remove. Raises
    GraphError if the access exists or may exist. Raises RefusedError if another admin has to
    approve the removal, if another admin may approve access that Meta does not list, or if Meta
    reported success, but still lists the access.
    """

    def confirm(answered: bool) -> Remaining:
        try:
            return read(answered)
        except GraphError as error:
            unknown = isinstance(error, OutcomeUnknownError)
            named = error.during("", MAY_HAVE_TAKEN_EFFECT if unknown else "")
            named.action = f"confirm that the {access.name} is removed"
            raise named from None

    try:
        sent = send(meta, write, confirm, lambda left: left.is_nothing)
    except refusals as refusal:
        sent = Sent[Remaining](error=refusal)
    error, left = sent.error, sent.found
    if sent.answer is None and isinstance(error, refusals):
        # An earlier attempt, whose answer was lost, may have removed the access. A token that was
        # refused may not read either.
        with suppress(GraphError) if error.needs_token else nullcontext():
            left = confirm(False)
    if left is None:
        raise (error or common_notices.removal_needs_approval(access)) from None
    if left.is_listed and error:
        raise error.during("", common_notices.cancel(left.requests)) from None
    if left.is_listed:
        raise common_notices.not_removed(access, left.requests)
    if sent.answer is not None:
        return left, True
    if left.requests == () and left.unapproved:
        raise common_notices.may_be_approved(access)
    return left, left.requests == ()
