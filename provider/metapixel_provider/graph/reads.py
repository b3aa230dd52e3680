"""Reads that several resources share: fetched once, by one thread, while the others wait.

What was read about an asset is void as soon as a write to that asset ends, and too old after a
while; nothing outlives the process, which lives for one operation of the engine.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field

from metapixel_provider.graph.calls import Answer, Call, Node

#: Seconds for which a first read waits for others to go out with it in one batch.
GATHERING = 0.008
#: Seconds after which what was read is read again.
TOO_OLD = 30.0
#: Longest time in seconds that a read waits for writes under way to the same asset: it would
#: be void when they end, and one read after the last of them serves them all.
SETTLING = 5.0


@dataclass
class _Slot:
    call: Call
    epoch: int
    taken_at: float
    answer: Future[Answer] = field(default_factory=Future)


class SharedReads:
    """Single-flight reads through `fetch`, which takes several calls at once."""

    def __init__(
        self,
        fetch: Callable[[Sequence[Call]], Sequence[Answer]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Condition()
        self._slots: dict[Call, _Slot] = {}
        self._epochs: defaultdict[str, int] = defaultdict(int)
        self._writers: defaultdict[str, int] = defaultdict(int)
        self._queue: list[_Slot] = []
        self._gathering = False

    def get(self, call: Call, about: str) -> Node:
        """What the call reads about an asset, as it stood at this moment or later.

        Raises the GraphError of the read.
        """
        with self._lock:
            self._lock.wait_for(lambda: not self._writers[about], timeout=SETTLING)
            slot = self._slots.get(call)
            fresh = slot is not None and slot.epoch == self._epochs[about]
            if slot is None or not fresh or self._clock() - slot.taken_at > TOO_OLD:
                slot = _Slot(call, self._epochs[about], self._clock())
                self._slots[call] = slot
                self._queue.append(slot)
            leads = bool(self._queue) and not self._gathering
            self._gathering = self._gathering or leads
        if leads:
            self._lead()
        answer = slot.answer.result()
        if answer.error is not None:
            self._forget(slot)
            # Several threads may raise what one thread read: each its own instance.
            raise answer.error.during("")
        return answer.node

    @contextmanager
    def writing(self, about: str) -> Iterator[None]:
        """Marks a write to an asset: what was read about it before is void when it ends."""
        with self._lock:
            self._writers[about] += 1
        try:
            yield
        finally:
            with self._lock:
                self._writers[about] -= 1
                self._epochs[about] += 1
                self._lock.notify_all()

    def void(self, about: str) -> None:
        """Makes what was read about an asset void, to look at it again."""
        with self._lock:
            self._epochs[about] += 1

    def _lead(self) -> None:
        time.sleep(GATHERING)
        with self._lock:
            taken, self._queue, self._gathering = self._queue, [], False
        try:
            answers = self._fetch([slot.call for slot in taken])
        except BaseException as error:
            for slot in taken:
                slot.answer.set_exception(error)
                self._forget(slot)
            raise
        for slot, answer in zip(taken, answers, strict=True):
            slot.answer.set_result(answer)

    def _forget(self, slot: _Slot) -> None:
        with self._lock:
            if self._slots.get(slot.call) is slot:
                del self._slots[slot.call]
