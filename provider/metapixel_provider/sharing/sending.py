"""Writes and the reads that confirm them.

A read may be older than the write before it, and the answer to a write may get lost: so a read is
repeated until it returns what is expected, and a write is repeated only if it had no effect.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from metapixel_provider.errors import MAY_HAVE_TAKEN_EFFECT, GraphError, OutcomeUnknownError

if TYPE_CHECKING:
    from metapixel_provider.sharing.meta import Meta

T = TypeVar("T")


def read_until(meta: Meta, key: str, read: Callable[[], T], expected: Callable[[T], bool]) -> T:
    """Return the first read of an asset that is as expected, or the last of a few reads."""
    found = read()
    for attempt in range(meta.patience.looks - 1):
        if expected(found):
            break
        time.sleep(meta.patience.first_look * 2**attempt)
        meta.look_again(key)
        found = read()
    return found


@dataclass(frozen=True)
class Sent(Generic[T]):
    """What became of a write that Meta may have carried out.

    `result` is None if that is unknown; `error` then says why. `answered` is False if no answer to
    the write arrived, and `result` was read instead.
    """

    result: T | None
    answered: bool = True
    error: GraphError | None = None


def send(meta: Meta, write: Callable[[], T], effect: Callable[[], T | None]) -> Sent[T]:
    """Send a write; if no answer arrives, read, and repeat the write only if it had no effect.

    `effect` reads and returns the result of a write that took effect, None if it had no effect.
    Raises GraphError only if Meta refused the only attempt, so that nothing was carried out.
    """
    lost: OutcomeUnknownError | None = None
    for attempt in range(meta.patience.attempts):
        if attempt:
            time.sleep(meta.patience.pause(attempt - 1))
        refusal: GraphError | None = None
        try:
            return Sent(write())
        except OutcomeUnknownError as error:
            lost = error
        except GraphError as error:
            if lost is None:
                raise
            refusal = error
        try:
            result = effect()
        except GraphError:
            return Sent(None, answered=False, error=refusal or lost)
        if result is not None:
            return Sent(result, answered=False)
        if refusal is not None:
            return Sent(None, answered=False, error=refusal)
    return Sent(None, answered=False, error=lost)


@contextmanager
def confirming(write: str) -> Iterator[None]:
    """Make the GraphError of a read name the write that it was to confirm."""
    try:
        yield
    except GraphError as error:
        named = error.during("")
        named.action = f"confirm that {write}"
        if isinstance(named, OutcomeUnknownError):
            named.advice = MAY_HAVE_TAKEN_EFFECT
        raise named from None


def send_or_raise(meta: Meta, write: Callable[[], T], effect: Callable[[], T | None]) -> Sent[T]:
    """As `send`; raises the GraphError of the write if its outcome stays unknown."""
    sent = send(meta, write, effect)
    if sent.error is not None:
        raise sent.error
    return sent
