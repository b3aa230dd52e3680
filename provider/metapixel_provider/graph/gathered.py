"""Calls that arrive at almost the same time and are sent together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

#: Seconds for which a call waits for other calls to join it.
GATHERING = 0.008

Item = TypeVar("Item")
Result = TypeVar("Result")


class Gathered(Generic[Item, Result]):
    """Items from many threads, passed to `send` in groups of at most `most`.

    `send` returns a result for each item, in order. If it raises an error, all items of the group
    get this error.
    """

    def __init__(self, send: Callable[[Sequence[Item]], Sequence[Result]], most: int) -> None:
        self._send = send
        self._most = most
        self._lock = threading.Lock()
        self._waiting: list[tuple[Item, Future[Result]]] = []

    def add(self, item: Item) -> Future[Result]:
        """Add an item to the next group. Return its future result."""
        future: Future[Result] = Future()
        with self._lock:
            self._waiting.append((item, future))
            is_first = len(self._waiting) == 1
        if is_first:
            _start(threading.Timer(GATHERING, self._send_all))
        return future

    def _send_all(self) -> None:
        with self._lock:
            taken, self._waiting = self._waiting, []
        for start in range(0, len(taken), self._most):
            group = taken[start : start + self._most]
            _start(threading.Thread(target=self._send_group, args=(group,)))

    def _send_group(self, group: Sequence[tuple[Item, Future[Result]]]) -> None:
        try:
            results = self._send([item for item, _ in group])
            for (_, future), result in zip(group, results, strict=True):
                future.set_result(result)
        except BaseException as error:  # noqa: BLE001 - the callers wait for it
            for _, future in group:
                if not future.done():
                    future.set_exception(error)


def _start(thread: threading.Thread) -> None:
    # A thread that waits for Meta must not keep the process alive.
    thread.daemon = True
    thread.start()
