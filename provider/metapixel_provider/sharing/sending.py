"""Writes and the reads that confirm them.

A read may return data from before the last write, and the answer to a write may get lost. So a read
is repeated until its result is as expected, and a write is repeated only if it had no effect.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from metapixel_provider.errors import (
    MAY_HAVE_TAKEN_EFFECT,
    GraphError,
    OutcomeUnknownError,
    RefusedError,
    UnknownAnswerError,
)
from metapixel_provider.sharing.nodes import Accepted

if TYPE_CHECKING:
    from metapixel_provider.sharing.meta import Meta
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
class Sent:
    """The result of a write that may have taken effect.

    `accepted` is None if the outcome is unknown, and `error` is the reason. `answered` is False if
    no answer to the write arrived and a read showed its effect.
    """

    accepted: Accepted | None
    answered: bool = True
    error: GraphError | None = None


def send(meta: Meta, write: Write, had_effect: Callable[[], bool]) -> Sent:
    """Send a write. If no answer arrives, read, and repeat the write only if it had no effect.

    After an answer that this version does not know, the write is not repeated, because Meta may
    carry it out later.

    `had_effect` reads whether the write had an effect. Raises GraphError only if Meta refused the
    first attempt, so that the write certainly had no effect.
    """
    lost: OutcomeUnknownError | None = None
    for attempt in range(meta.patience.write_attempts):
        if attempt:
            time.sleep(meta.patience.pause(attempt - 1))
        refusal: GraphError | None = None
        try:
            return Sent(meta.write(write))
        except OutcomeUnknownError as error:
            lost = error
        except GraphError as error:
            if lost is None:
                raise
            refusal = error
        try:
            if had_effect():
                return Sent(Accepted(), answered=False)
        except GraphError:
            return Sent(None, error=refusal or lost)
        if refusal is not None or isinstance(lost, UnknownAnswerError):
            return Sent(None, error=refusal or lost)
    return Sent(None, error=lost)


@contextmanager
def confirming(write: str) -> Iterator[None]:
    """Add to the GraphError of a read the name of the write that the read should confirm."""
    try:
        yield
    except GraphError as error:
        unknown = isinstance(error, OutcomeUnknownError)
        named = error.during("", MAY_HAVE_TAKEN_EFFECT if unknown else "")
        named.action = f"confirm that {write}"
        raise named from None


def removal_needs_approval(removed: str) -> RefusedError:
    """Return the error for a removal that takes effect only when another admin approves it."""
    return RefusedError(
        f"Meta accepted the request to remove {removed}, but the access exists until another admin "
        f"of the business approves the removal in Business Settings, under Requests; run the same "
        f"command again after that"
    )
