"""Reads that several resources share. One thread fetches, and the others wait for its result.

One read of a pixel returns all its shares. A write to a share invalidates earlier reads for this
share only. A read is kept for a short time, and never longer than the process, which lives for one
operation of the engine.
"""

from __future__ import annotations

import itertools
import math
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from metapixel_provider.errors import GraphError, OutcomeUnknownError, TooMuchDataError

if TYPE_CHECKING:
    from metapixel_provider.graph.calls import Answer, Call, Node

#: Seconds for which a read waits for other reads to join its batch.
GATHERING = 0.008
#: Seconds after which a read is no longer valid.
TOO_OLD = 30.0
#: The maximum time in seconds for which a read waits for writes in progress to the same asset.
#: Because of this wait, one read after the last write can confirm all these writes.
LONGEST_WAIT_FOR_WRITES = 5.0
#: While other calls are in progress, more writes to the asset may follow. So a read waits until no
#: write to the asset has ended for some time: `QUIET` times the duration of the last write, but at
#: least `QUIET_LEAST` and at most `QUIET_MOST` seconds.
QUIET = 2.5
QUIET_LEAST, QUIET_MOST = 0.04, 0.3


class Invalidations:
    """The latest invalidation of each share, permission and request.

    A counter orders reads and invalidations. All credential sets use one instance, because a write
    with one set invalidates reads with another.
    """

    def __init__(self) -> None:
        self._order = itertools.count(1)
        self._latest: dict[str, int] = {}
        self._added: dict[str, float] = {}
        self.written: dict[str, float] = {}
        #: Called with the keys of each write, for other processes.
        self.wrote: Callable[[Sequence[str]], None] = lambda _: None

    def others_wrote(self, keys: Sequence[str]) -> None:
        """Invalidate the reads of keys that another process has written."""
        self.written |= dict.fromkeys(keys, time.monotonic())
        for key in keys:
            self.add(key)

    def now(self) -> int:
        return next(self._order)

    def add(self, key: str, pause: float = 0.0) -> None:
        """Invalidate the reads of a key that were sent before now.

        If the last invalidation was less than `pause` seconds ago, it suffices.
        """
        now = time.monotonic()
        if now - self._added.get(key, -math.inf) >= pause:
            self._added[key] = now
            self._latest[key] = self.now()

    def last(self, keys: Sequence[str]) -> int:
        return max(self._latest.get(key, 0) for key in keys)


@dataclass
class _Slot:
    call: Call
    taken_at: float
    #: The position of the read in the order of reads and invalidations. It is infinite until the
    #: read is sent, because no earlier invalidation concerns a read that was not sent yet.
    sent: float = math.inf
    answer: Future[Answer] = field(default_factory=Future)


@dataclass
class _Asset:
    """The writes to an asset: the number in progress, and the time when the last write ended."""

    writers: int = 0
    written_at: float = float("-inf")


class SharedReads:
    """Reads through `fetch`. Equal reads at the same time become one call.

    `fetch` sends several calls as a batch. In all methods, `about` is the id of the asset that is
    read or written, and a key is the id of the part that the caller needs, such as a share of a
    pixel.
    """

    def __init__(
        self,
        fetch: Callable[[Sequence[Call]], Sequence[Answer]],
        clock: Callable[[], float] = time.monotonic,
        invalidations: Invalidations | None = None,
    ) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Condition()
        self._slots: dict[Call, _Slot] = {}
        self._invalidations = invalidations or Invalidations()
        self._assets: defaultdict[str, _Asset] = defaultdict(_Asset)
        self._busy = 0
        self._quiet = QUIET_LEAST
        self._queue: list[_Slot] = []
        self._gathering = False

    def get(self, call: Call, about: str, *keys: str) -> Node:
        """Return a node that was read after the last completed write to any of `keys`.

        Raises the GraphError of the read.
        """
        with self._lock:
            self._busy += 1
            slot = self._valid(call, keys)
            if slot is None:
                self._await_writes(self._assets[about])
                slot = self._valid(call, keys) or self._open(call)
            leads = bool(self._queue) and not self._gathering
            self._gathering = self._gathering or leads
        try:
            if leads:
                self._lead()
            answer = slot.answer.result()
        finally:
            with self._lock:
                self._busy -= 1
        if answer.error is not None:
            # Keep the error about a page that is too large, because every caller would get it.
            if not isinstance(answer.error, TooMuchDataError):
                self._discard(slot)
            # Several threads may raise this error, and each needs its own instance.
            raise answer.error.during("")
        return answer.node

    @contextmanager
    def writing(self, about: str, *keys: str) -> Iterator[None]:
        """Register a write in progress. Invalidate reads of `keys` when the write ends.

        `since_write` ignores a write that Meta refused, because this write had no effect. Any other
        write may have taken effect, so `since_write` counts it.
        """
        with self._lock:
            self._assets[about].writers += 1
            self._busy += 1
            began = self._clock()
        refused = False
        try:
            yield
        except GraphError as error:
            refused = not isinstance(error, OutcomeUnknownError)
            raise
        finally:
            with self._lock:
                asset = self._assets[about]
                asset.writers -= 1
                asset.written_at = self._clock()
                if not refused:
                    self._invalidations.written |= dict.fromkeys(keys, asset.written_at)
                took = asset.written_at - began
                self._quiet = min(QUIET_MOST, max(QUIET_LEAST, QUIET * took))
                self._busy -= 1
                for key in keys:
                    self._invalidations.add(key)
                self._lock.notify_all()
            if not refused:
                self._invalidations.wrote(keys)

    def since_write(self, *keys: str) -> float:
        """Return the seconds since this process last wrote to any of these keys."""
        return self._clock() - max(self._invalidations.written.get(key, -math.inf) for key in keys)

    def invalidate(self, key: str, pause: float = 0.0) -> None:
        """Invalidate the reads of a key, so that the next `get` reads again.

        Callers that wait for the same data share a read: if the key was invalidated less than
        `pause` seconds ago, that read is still valid.
        """
        self._invalidations.add(key, pause)

    def _valid(self, call: Call, keys: Sequence[str]) -> _Slot | None:
        slot = self._slots.get(call)
        if slot is None or slot.sent < self._invalidations.last(keys):
            return None
        return slot if self._clock() - slot.taken_at <= TOO_OLD else None

    def _open(self, call: Call) -> _Slot:
        slot = _Slot(call, self._clock())
        self._slots[call] = slot
        self._queue.append(slot)
        return slot

    def _await_writes(self, asset: _Asset) -> None:
        """Wait for writes in progress.

        If further writes begin in the meantime, wait for them too.
        """
        deadline = self._clock() + LONGEST_WAIT_FOR_WRITES
        while (now := self._clock()) < deadline:
            quiet = asset.written_at + self._quiet - now
            if asset.writers:
                self._lock.wait(deadline - now)
            elif quiet > 0 and self._busy > 1:
                self._lock.wait(quiet)
            else:
                return

    def _lead(self) -> None:
        """Wait for other reads to join, then send all of them as one batch."""
        time.sleep(GATHERING)
        with self._lock:
            taken, self._queue, self._gathering = self._queue, [], False
            for slot in taken:
                slot.sent = self._invalidations.now()
        try:
            answers = self._fetch([slot.call for slot in taken])
            for slot, answer in zip(taken, answers, strict=True):
                slot.answer.set_result(answer)
        except BaseException as error:
            # The other threads must not wait forever for answers that this thread did not get.
            for slot in taken:
                if not slot.answer.done():
                    slot.answer.set_exception(error)
                    self._discard(slot)
            raise

    def _discard(self, slot: _Slot) -> None:
        with self._lock:
            if self._slots.get(slot.call) is slot:
                del self._slots[slot.call]
