"""Calls that arrive at almost the same time and are sent together."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

#: The longest wait of a group for more items, as a multiple of the wait after each item.
LONGEST_WAIT = 2.5


@dataclass(eq=False)
class Group(Generic[Item, Result]):
    """Items that are sent together, at the time `sent`. `joined` is the time of the last item."""

    items: list[Item] = field(default_factory=list)
    joined: float = -math.inf
    sent: float = math.inf
    #: Never released, so only one thread gets it and sends the group.
    turn: threading.Lock = field(default_factory=threading.Lock)
    results: Future[dict[Item, Result]] = field(default_factory=Future)


class SendQueue(Generic[Item, Result]):
    """Items from many threads, passed to `send` in groups of at most `most`.

    A group is sent when it is full, or when no item has joined it for `quiet` seconds, but it waits
    at most `LONGEST_WAIT` times as long.

    `send` returns a result for each item, in order. If it raises an error, all threads of the group
    get this error.
    """

    def __init__(
        self, send: Callable[[Sequence[Item]], Sequence[Result]], most: int, quiet: float
    ) -> None:
        self._send = send
        self._quiet = quiet
        self._most = most
        self._lock = threading.Lock()
        self._open = Group[Item, Result]()

    def join(self, item: Item) -> Group[Item, Result]:
        with self._lock:
            is_sent = self._open.sent < math.inf
            is_full = len(self._open.items) >= self._most
            if is_sent or is_full:
                self._open = Group()
            self._open.items.append(item)
            self._open.joined = time.monotonic()
            return self._open

    def result(self, group: Group[Item, Result], item: Item) -> Result:
        """Return the result of an item that joined a group.

        The first thread that calls this waits until the group is complete, and sends it. An
        interrupted thread therefore does not send anything later.
        """
        is_first = group.turn.acquire(blocking=False)
        if is_first:
            try:
                self._complete(group)
                results = zip(group.items, self._send(group.items), strict=True)
                group.results.set_result(dict(results))
            except BaseException as error:
                # The other threads must not wait forever for results that this thread did not get.
                group.results.set_exception(error)
                raise
        return group.results.result()[item]

    def _complete(self, group: Group[Item, Result]) -> None:
        """Wait for more items. Afterwards, or if the wait is interrupted, no item can join."""
        latest = time.monotonic() + LONGEST_WAIT * self._quiet
        try:
            while len(group.items) < self._most:
                left = min(group.joined + self._quiet, latest) - time.monotonic()
                if left <= 0:
                    break
                time.sleep(left)
        finally:
            with self._lock:
                group.sent = time.monotonic()
