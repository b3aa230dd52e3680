"""Reads that several resources share.

One read of a pixel returns all its shares. A write to a share invalidates earlier reads for this
share only. A read is kept for a short time, and never longer than the process, which lives for one
operation of the engine.
"""

from __future__ import annotations

import hashlib
import itertools
import math
import sys
import threading
import time
from collections import Counter
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
    """The latest invalidation of each share, permission and request.

    A counter orders reads and invalidations. All credential sets use one instance, because a write
    with one set invalidates reads with another. Other processes know only the digests of keys.
    """

    def __init__(self) -> None:
        self._order = itertools.count(1)
        self._latest: dict[str, int] = {}
        self._added: dict[str, float] = {}
        self._written: dict[str, float] = {}
        #: Called with the digests of the keys of each write, for other processes.
        self.wrote: Callable[[Sequence[str]], None] = lambda _: None

    def others_wrote(self, digests: Sequence[str]) -> None:
        """Invalidate the reads of keys that this or another process has written."""
        for each in digests:
            self._latest[each] = self.now()
            self._added[each] = self._written[each] = time.monotonic()

    def now(self) -> int:
        return next(self._order)

    def add(self, key: str, pause: float = 0.0) -> None:
        """Invalidate the reads of a key that were sent before now.

        If the last invalidation was less than `pause` seconds ago, it suffices.
        """
        key, now = digest(key), time.monotonic()
        if now - self._added.get(key, -math.inf) >= pause:
            self._added[key] = now
            self._latest[key] = self.now()

    def last(self, keys: Sequence[str]) -> int:
        return max(self._latest.get(digest(key), 0) for key in keys)

    def written(self, keys: Sequence[str]) -> float:
        """Return the time of the last write to any of these keys."""
        return max(self._written.get(digest(key), -math.inf) for key in keys)


@dataclass
class _Slot:
    call: Call
    opened_at: float
    #: The position of the read in the order of reads and invalidations. It is infinite until the
    #: read is sent, because no earlier invalidation concerns a read that was not sent yet.
    sent: float = math.inf
    answer: Future[Answer] = field(default_factory=Future)


class SharedReads:
    """Reads through `fetch`. Equal reads at the same time become one call.

    `fetch` sends several calls as a batch. In all methods, `about` is the id of the pixel that is
    read or written, and a key is the id of the part that the caller needs, such as a share of a
    pixel.
    """

    def __init__(
        self,
        fetch: Callable[[Sequence[Call]], Sequence[Answer]],
        patience: Patience,
        invalidations: Invalidations | None = None,
    ) -> None:
        self._fetch = fetch
        self._patience = patience
        self._lock = threading.Condition()
        self._slots: dict[Call, _Slot] = {}
        self._invalidations = invalidations or Invalidations()
        #: The number of writes in progress for each pixel.
        self._writing: Counter[str] = Counter()
        self._queue = Gathered(self._fetch_slots, sys.maxsize, patience.gathering)

    def get(self, call: Call, about: str, *keys: str) -> Node:
        """Return a node that was read after the last completed write to any of `keys`.

        Raises the GraphError of the read.
        """
        (slot,) = self._fetched(about, [(call, keys)])
        answer = slot.answer.result()
        if answer.error is not None:
            # Keep the error about a page that is too large, because every caller would get it.
            if not isinstance(answer.error, TooMuchDataError):
                self._discard(slot)
            # Several threads may raise this error, and each needs its own instance.
            raise answer.error.during("")
        return answer.node

    def prefetch(self, about: str, reads: Sequence[tuple[Call, Sequence[str]]]) -> None:
        """Send several reads together, if they are needed. Each is a call and its keys for `get`.

        The next `get` of each of them returns the node, or raises its error.
        """
        self._fetched(about, reads)

    @contextmanager
    def writing(self, about: str, *keys: str) -> Iterator[None]:
        """Register a write in progress. Invalidate reads of `keys` when the write ends.

        `since_write` ignores a write that Meta refused, because this write had no effect. Any other
        write may have taken effect, so `since_write` counts it.
        """
        with self._lock:
            self._writing[about] += 1
        refused = False
        try:
            yield
        except GraphError as error:
            refused = not isinstance(error, OutcomeUnknownError)
            raise
        finally:
            digests = [] if refused else [digest(key) for key in keys]
            self._invalidations.others_wrote(digests)
            for key in keys if refused else ():
                self._invalidations.add(key)
            with self._lock:
                self._writing[about] -= 1
                self._lock.notify_all()
            self._invalidations.wrote(digests)

    def since_write(self, *keys: str) -> float:
        """Return the seconds since this process last wrote to any of these keys."""
        return time.monotonic() - self._invalidations.written(keys)

    def invalidate(self, key: str, pause: float = 0.0) -> None:
        """Invalidate the reads of a key, so that the next `get` reads again.

        Callers that wait for the same data share a read: if the key was invalidated less than
        `pause` seconds ago, that read is still valid.
        """
        self._invalidations.add(key, pause)

    def _fetched(self, about: str, reads: Sequence[tuple[Call, Sequence[str]]]) -> list[_Slot]:
        """Return a valid slot for each read.

        Reads without one are sent together, also with those of other threads.
        """
        with self._lock:
            if any(
                self._valid(*each) is None and self._invalidations.last(each[1]) for each in reads
            ):
                self._lock.wait_for(lambda: not self._writing[about], self._patience.other_writes)
            found, opened = [], []
            for call, keys in reads:
                slot = self._valid(call, keys)
                if slot is None:
                    slot = self._slots[call] = _Slot(call, time.monotonic())
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

    def _valid(self, call: Call, keys: Sequence[str]) -> _Slot | None:
        slot = self._slots.get(call)
        if slot is None or slot.sent < self._invalidations.last(keys):
            return None
        return slot if time.monotonic() - slot.opened_at <= self._patience.valid else None

    def _fetch_slots(self, slots: Sequence[_Slot]) -> Sequence[Answer]:
        with self._lock:
            for slot in slots:
                slot.sent = self._invalidations.now()
        return self._fetch([slot.call for slot in slots])

    def _discard(self, slot: _Slot) -> None:
        with self._lock:
            if self._slots.get(slot.call) is slot:
                del self._slots[slot.call]
