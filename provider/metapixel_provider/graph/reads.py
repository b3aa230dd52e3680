"""Reads that several resources share: fetched once, by one thread, while the others wait.

One read of a pixel tells of all its shares. A write to one of them makes void what was read of
that one; nothing is kept for long, nor outlives the process, which lives for one operation of the
engine.
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

from metapixel_provider.errors import TooMuchDataError

if TYPE_CHECKING:
    from metapixel_provider.graph.calls import Answer, Call, Node

#: Seconds for which a first read waits for others to go out with it in one batch.
GATHERING = 0.008
#: Seconds after which what was read is read again.
TOO_OLD = 30.0
#: Longest time in seconds that a read waits for the writes under way to the same asset: one read
#: after the last of them serves them all.
SETTLING = 5.0
#: An asset counts as settled, while other calls go on, when no write to it ended for this many
#: times as long as a write takes; in seconds at least and at most.
QUIET = 2.5
QUIET_LEAST, QUIET_MOST = 0.04, 0.3


class Voids:
    """Since when what was read of a part of an asset is void, in the order of this process.

    One for all credential sets: what one of them writes is void for those who read with another.
    """

    def __init__(self) -> None:
        self._order = itertools.count(1)
        self._void: dict[str, int] = {}
        self.written: dict[str, float] = {}

    def now(self) -> int:
        """The next place in the order."""
        return next(self._order)

    def add(self, key: str) -> None:
        """Makes void what was sent for before now."""
        self._void[key] = self.now()

    def last(self, keys: Sequence[str]) -> int:
        """The place from which on a read is as new as the last write to any of these."""
        return max(self._void.get(key, 0) for key in keys)


@dataclass
class _Slot:
    call: Call
    taken_at: float
    #: Its place in the order; what waits to be sent will be newer than whatever is void now.
    sent: float = math.inf
    answer: Future[Answer] = field(default_factory=Future)


@dataclass
class _Asset:
    """An asset that is written to: how many writes are under way, when the last one ended."""

    writers: int = 0
    written_at: float = float("-inf")


class SharedReads:
    """Single-flight reads through `fetch`, which takes several calls at once.

    `about` names the asset that is read or written, `key` the part of it that a caller is after,
    such as one share of a pixel.
    """

    def __init__(
        self,
        fetch: Callable[[Sequence[Call]], Sequence[Answer]],
        clock: Callable[[], float] = time.monotonic,
        voids: Voids | None = None,
    ) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Condition()
        self._slots: dict[Call, _Slot] = {}
        self._voids = voids or Voids()
        self._assets: defaultdict[str, _Asset] = defaultdict(_Asset)
        self._busy = 0
        self._quiet = QUIET_LEAST
        self._queue: list[_Slot] = []
        self._gathering = False

    def get(self, call: Call, about: str, *keys: str) -> Node:
        """What the call reads, as it stood after the last write to any of `keys` that has ended.

        Raises the GraphError of the read.
        """
        with self._lock:
            self._busy += 1
            slot = self._valid(call, keys)
            if slot is None:
                self._settle(self._assets[about])
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
            # A page too large for one is too large for the others too.
            if not isinstance(answer.error, TooMuchDataError):
                self._forget(slot)
            # Several threads may raise what one thread read: each its own instance.
            raise answer.error.during("")
        return answer.node

    @contextmanager
    def writing(self, about: str, key: str) -> Iterator[None]:
        """Marks a write to a part of an asset: what was read of it is void when it ends."""
        with self._lock:
            self._assets[about].writers += 1
            self._busy += 1
            began = self._clock()
        try:
            yield
        finally:
            with self._lock:
                asset = self._assets[about]
                asset.writers -= 1
                asset.written_at = self._clock()
                took = asset.written_at - began
                self._quiet = min(QUIET_MOST, max(QUIET_LEAST, QUIET * took))
                self._busy -= 1
                self._voids.add(key)
                self._lock.notify_all()

    def wrote(self, key: str) -> None:
        """Note that a write to a part of an asset was carried out, or may have been."""
        self._voids.written[key] = self._clock()

    def since_write(self, *keys: str) -> float:
        """Return the seconds since the last write to any of these by this process."""
        return self._clock() - max(self._voids.written.get(key, -math.inf) for key in keys)

    def void(self, key: str) -> None:
        """Makes what was read of a part of an asset void, to look at it again."""
        self._voids.add(key)

    def _valid(self, call: Call, keys: Sequence[str]) -> _Slot | None:
        slot = self._slots.get(call)
        if slot is None or slot.sent < self._voids.last(keys):
            return None
        return slot if self._clock() - slot.taken_at <= TOO_OLD else None

    def _open(self, call: Call) -> _Slot:
        slot = _Slot(call, self._clock())
        self._slots[call] = slot
        self._queue.append(slot)
        return slot

    def _settle(self, asset: _Asset) -> None:
        """Waits for the writes under way, and while others are busy for the next ones to come."""
        deadline = self._clock() + SETTLING
        while (now := self._clock()) < deadline:
            quiet = asset.written_at + self._quiet - now
            if asset.writers:
                self._lock.wait(deadline - now)
            elif quiet > 0 and self._busy > 1:
                self._lock.wait(quiet)
            else:
                return

    def _lead(self) -> None:
        time.sleep(GATHERING)
        with self._lock:
            taken, self._queue, self._gathering = self._queue, [], False
            for slot in taken:
                slot.sent = self._voids.now()
        try:
            answers = self._fetch([slot.call for slot in taken])
            for slot, answer in zip(taken, answers, strict=True):
                slot.answer.set_result(answer)
        except BaseException as error:
            # Nobody may wait for ever for what the leader did not get.
            for slot in taken:
                if not slot.answer.done():
                    slot.answer.set_exception(error)
                    self._forget(slot)
            raise

    def _forget(self, slot: _Slot) -> None:
        with self._lock:
            if self._slots.get(slot.call) is slot:
                del self._slots[slot.call]
