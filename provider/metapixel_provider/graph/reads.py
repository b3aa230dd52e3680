"""Reads that several resources share. One read of a pixel returns all its shares."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from metapixel_provider.errors import GraphError, OutcomeUnknownError, TooMuchDataError
from metapixel_provider.graph.patience import Patience
from metapixel_provider.texts import digest

if TYPE_CHECKING:
    from metapixel_provider.graph.calls import Call, Response
    from metapixel_provider.graph.send_queue import Group, SendQueue

    Queue = SendQueue[Call, Response]

_NEVER = -math.inf


class SharedReads:
    """The reads of one operation. Equal reads at the same time become one call.

    A key is the id of the part that a caller needs, such as a share of a pixel. All credential sets
    use one instance, because a write with one set invalidates reads with another. Each set has a
    queue of its own. Other processes know only the digests of keys.
    """

    def __init__(self, valid: float = Patience.valid) -> None:
        self._seconds_valid = valid
        self._lock = threading.Lock()
        #: The group in which each call was sent, or will be sent.
        self._groups: dict[tuple[Queue, Call], Group[Call, Response]] = {}
        #: The time of the latest invalidation of each key, and of the latest write to it.
        self._invalidated: dict[str, float] = {}
        self._written: dict[str, float] = {}
        #: Called with the digests of the keys of each write, for other processes.
        self.tell_others: Callable[[Sequence[str]], None] = lambda _: None

    def get(self, queue: Queue, call: Call, *keys: str) -> Response:
        """Return a response that was read after the last completed write to any of `keys`."""
        group = self.prefetch(queue, call, *keys)
        try:
            response = queue.result(group, call)
        except BaseException:
            self._discard(queue, call, group)
            raise
        # A read of too much data would get the same error again.
        if response.error is not None and not isinstance(response.error, TooMuchDataError):
            self._discard(queue, call, group)
        return response

    def get_many(self, queue: Queue, keys: Sequence[str], calls: Sequence[Call]) -> list[Response]:
        return [self.get(queue, call, *keys) for call in calls]

    def _discard(self, queue: Queue, call: Call, group: Group[Call, Response]) -> None:
        with self._lock:
            if self._groups.get((queue, call)) is group:
                del self._groups[queue, call]

    def prefetch(self, queue: Queue, call: Call, *keys: str) -> Group[Call, Response]:
        """Queue a read, which is sent together with the next `get` of any thread.

        Returns the group of the read. If the node was read after the last write to any of `keys`,
        and not long ago, nothing is sent.
        """
        with self._lock:
            group = self._groups.get((queue, call))
            if group is None or self._is_outdated(group, keys):
                group = self._groups[queue, call] = queue.join(call)
            return group

    def _is_outdated(self, group: Group[Call, Response], keys: Sequence[str]) -> bool:
        if time.monotonic() - group.sent > self._seconds_valid:
            return True
        return any(group.sent <= self._invalidated.get(digest(key), _NEVER) for key in keys)

    def invalidate(self, key: str, pause: float = 0.0) -> None:
        """Invalidate the reads of a key, so that the next `get` reads again.

        Callers that wait for the same data share a read: if the key was invalidated less than
        `pause` seconds ago, that read is still valid.
        """
        digest_, now = digest(key), time.monotonic()
        if now - self._invalidated.get(digest_, _NEVER) >= pause:
            self._invalidated[digest_] = now

    @contextmanager
    def writing(self, keys: Sequence[str]) -> Iterator[None]:
        """Invalidate the reads of some keys when a write to them ends."""
        digests = [digest(key) for key in keys]
        may_have_effect = True
        try:
            yield
        except GraphError as error:
            may_have_effect = isinstance(error, OutcomeUnknownError)
            raise
        finally:
            if may_have_effect:
                self.record_write(digests)
                self.tell_others(digests)
            else:
                # Replicas and other processes miss nothing. But the earlier reads may be outdated.
                for key in keys:
                    self.invalidate(key)

    def record_write(self, digests: Sequence[str]) -> None:
        """Invalidate the reads of keys that this or another process has written."""
        for each in digests:
            self._invalidated[each] = self._written[each] = time.monotonic()

    def since_write(self, key: str) -> float:
        """Return the seconds since the last write to a key."""
        return time.monotonic() - self._written.get(digest(key), _NEVER)
