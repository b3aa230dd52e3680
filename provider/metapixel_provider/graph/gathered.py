"""Calls that arrive at almost the same time and are sent together."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass
class _Group(Generic[Item, Result]):
    items: list[Item] = field(default_factory=list)
    results: Future[Sequence[Result]] = field(default_factory=Future)


class Gathered(Generic[Item, Result]):
    """Items from many threads, passed to `send` in groups of at most `most`.

    A group waits for `seconds` for items to join it.

    The thread that adds the first item of a group sends the group. An interrupted thread therefore
    does not send anything later. `send` returns a result for each item, in order. If it raises an
    error, all threads of the group get this error.
    """

    def __init__(
        self, send: Callable[[Sequence[Item]], Sequence[Result]], most: int, seconds: float
    ) -> None:
        self._send = send
        self._seconds = seconds
        self._most = most
        self._lock = threading.Lock()
        self._open: _Group[Item, Result] | None = None

    def send(self, items: Sequence[Item]) -> Sequence[Result]:
        """Send items together with the next group, which may become longer than `most`.

        Returns their results, in order.
        """
        with self._lock:
            group, is_first = self._open, False
            if group is None or len(group.items) >= self._most:
                group, is_first = _Group[Item, Result](), True
                self._open = group
            position = len(group.items)
            group.items += items
        if is_first:
            self._lead(group)
        return group.results.result()[position : position + len(items)]

    def _lead(self, group: _Group[Item, Result]) -> None:
        try:
            try:
                time.sleep(self._seconds)
            finally:
                with self._lock:
                    if self._open is group:
                        self._open = None
            group.results.set_result(self._send(group.items))
        except BaseException as error:
            # The other threads must not wait forever for results that this thread did not get.
            group.results.set_exception(error)
            raise
