"""The number of writes that the provider sends at the same time, alone or in a batch."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from metapixel_simulator.request_log import Entry

#: The seconds for which each request is held back, so that others join it.
_HELD = 0.4


@dataclass
class _Request:
    began: float
    ended: float = float("inf")
    writes: int = 0


class InFlight:
    """A hook of the simulator. `endpoint` is the endpoint of the writes that it counts."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._lock = threading.Lock()
        self._requests: list[_Request] = []
        self._of_thread = threading.local()

    def __call__(self, entry: Entry, phase: str) -> None:
        # One thread answers a request and all entries of its batch.
        if not entry.batch and phase == "before":
            request = self._of_thread.request = _Request(time.monotonic())
            with self._lock:
                self._requests.append(request)
            time.sleep(_HELD)
        if (entry.endpoint, phase) == (self._endpoint, "before"):
            self._of_thread.request.writes += 1
        if not entry.batch and phase == "after":
            self._of_thread.request.ended = time.monotonic()

    @property
    def most(self) -> int:
        """The largest number of writes in requests that were in progress at the same time."""
        return max(
            sum(each.writes for each in self._requests if each.began <= moment.began < each.ended)
            for moment in self._requests
        )
