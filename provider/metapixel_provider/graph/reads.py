"""Reads that several resources share.

One read of a pixel returns all its shares. A write to a share invalidates earlier reads for this
share only. A read is kept for a short time, and never longer than the process, which lives for one
operation of the engine.
"""

from __future__ import annotations

import hashlib
import math
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from metapixel_provider.errors import GraphError, OutcomeUnknownError, TooMuchDataError
from metapixel_provider.graph.gathered import Gathered

if TYPE_CHECKING:
    from metapixel_provider.graph.calls import Answer, Call, Node
    from metapixel_provider.graph.patience import Patience


def digest(text: str) -> str:
    """Return 14 hexadecimal digits that take the place of a text in files."""
    return hashlib.blake2b(text.encode(), digest_size=7).hexdigest()


class Invalidations:
    """The time of the latest invalidation of each share, permission and request.

    All credential sets use one instance, because a write with one set invalidates reads with
    another. Other processes know only the digests of keys.
    """

    def __init__(self) -> None:
        self._latest: dict[str, float] = {}
        self._written: dict[str, float] = {}
        #: Called with the digests of the keys of each write, for other processes.
        self.wrote: Callable[[Sequence[str]], None] = lambda _: None

    @contextmanager
    def writing(self, keys: Sequence[str]) -> Iterator[None]:
        """Invalidate the reads of some keys when a write to them ends.

        `since_write` ignores a write that Meta refused, because this write had no effect. Any other
        write may have taken effect, so `since_write` counts it.
        """
        refused = False
        try:
            yield
        except GraphError as error:
            refused = not isinstance(error, OutcomeUnknownError)
            raise
        finally:
            if refused:
                for key in keys:
                    self.add(key)
            else:
                digests = [digest(key) for key in keys]
                self.others_wrote(digests)
                self.wrote(digests)

    def others_wrote(self, digests: Sequence[str]) -> None:
        """Invalidate the reads of keys that this or another process has written."""
        for each in digests:
            self._latest[each] = self._written[each] = time.monotonic()

    def add(self, key: str, pause: float = 0.0) -> None:
        """Invalidate the reads of a key, so that the next `get` reads again.

        Callers that wait for the same data share a read: if the key was invalidated less than
        `pause` seconds ago, that read is still valid.
        """
        key, now = digest(key), time.monotonic()
        if now - self._latest.get(key, -math.inf) >= pause:
            self._latest[key] = now

    def last(self, keys: Sequence[str]) -> float:
        """Return the time of the latest invalidation of any of these keys."""
        return max(self._latest.get(digest(key), -math.inf) for key in keys)

    def since_write(self, *keys: str) -> float:
        """Return the seconds since the last write to any of these keys."""
        written = max(self._written.get(digest(key), -math.inf) for key in keys)
        return time.monotonic() - written


@dataclass
class _Slot:
    call: Call
    #: The time at which the read was sent. It is infinite until then, because no earlier
    #: invalidation concerns a read that was not sent yet.
    sent: float = math.inf
    answer: Future[Answer] = field(default_factory=Future)


class SharedReads:
    """Reads through `fetch`. Equal reads at the same time become one call.

    `fetch` sends several calls as a batch. In all methods, a key is the id of the part that the
    caller needs, such as a share of a pixel.
    """

    def __init__(
        self,
        fetch: Callable[[Sequence[Call]], Sequence[Answer]],
        patience: Patience,
        invalidations: Invalidations,
    ) -> None:
        self._fetch = fetch
        self._valid_seconds = patience.valid
        self._lock = threading.Lock()
        self._slots: dict[Call, _Slot] = {}
        self._invalidations = invalidations
        self._queue = Gathered(self._fetch_slots, sys.maxsize, patience.gathering)

    def get(self, call: Call, *keys: str) -> Node:
        """Return a node that was read after the last completed write to any of `keys`.

        Raises the GraphError of the read.
        """
        (slot,) = self.prefetch([(call, keys)])
        answer = slot.answer.result()
        # Keep the error about a page that is too large, because every caller would get it.
        if answer.error is not None and not isinstance(answer.error, TooMuchDataError):
            self._discard(slot)
        return answer.found()

    def prefetch(self, reads: Sequence[tuple[Call, Sequence[str]]]) -> list[_Slot]:
        """Return a valid slot for each read, which is a call and its keys.

        Reads without one are sent together, also with those of other threads. The next `get` of
        each read returns the node, or raises its error.
        """
        found, opened = [], []
        with self._lock:
            for call, keys in reads:
                slot = self._slots.get(call)
                if slot is None or not self._is_valid(slot, keys):
                    slot = self._slots[call] = _Slot(call)
                    opened.append(slot)
                found.append(slot)
        if not opened:
            return found
        try:
            for slot, answer in zip(opened, self._queue.send(opened), strict=True):
                slot.answer.set_result(answer)
        except BaseException as error:
            for slot in opened:
                slot.answer.set_exception(error)
                self._discard(slot)
            raise
        return found

    def _is_valid(self, slot: _Slot, keys: Sequence[str]) -> bool:
        is_young = time.monotonic() - slot.sent <= self._valid_seconds
        return is_young and slot.sent > self._invalidations.last(keys)

    def _fetch_slots(self, slots: Sequence[_Slot]) -> Sequence[Answer]:
        for slot in slots:
            slot.sent = time.monotonic()
        return self._fetch([slot.call for slot in slots])

    def _discard(self, slot: _Slot) -> None:
        with self._lock:
            if self._slots.get(slot.call) is slot:
                del self._slots[slot.call]
