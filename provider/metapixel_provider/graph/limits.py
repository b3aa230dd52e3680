"""The rate limiter. Calls during a block make the block longer (Meta, "Rate Limits")."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from metapixel_provider.errors import Fault, RateLimitedError
from metapixel_provider.graph.clock import duration

if TYPE_CHECKING:
    from metapixel_provider.graph.calls import Response

#: Seconds to wait if Meta limits calls and reports no time.
DEFAULT_WAIT = 60.0
#: The shortest and the longest wait in seconds. Meta reports seconds or minutes, so a fraction of
#: a second is too short, and nobody waits for more than a day.
LEAST_WAIT, MOST_WAIT = 1.0, 86_400.0
_CANCELLED = "the run was cancelled, so it did not wait for the limit to end; run it again later"
_RUN_LATER = "Meta accepts calls of this app again in about {}; run the command again then"
SHORTEST_ANNOUNCED = 3.0


class RateLimiter:
    """The rate limiter of an app, which delays calls while Meta limits the app.

    After a rate-limited response, all calls wait. After the wait, one call is sent alone. The other
    calls follow only if Meta does not limit this call. `announce` gets a message about each wait,
    and shows equal messages once.
    """

    def __init__(
        self,
        announce: Callable[[str], None] = lambda message: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.announce = announce
        self._clock = clock
        self._changed = threading.Condition()
        self._in_flight = 0
        self._opens_at = 0.0
        #: The last rate-limited response, while calls are sent one at a time because of it.
        self._limit: Fault | None = None
        self._times_limited = 0
        self._announced = False
        self.cancelled = threading.Event()

    @contextmanager
    def turn(self, deadline: float) -> Iterator[bool]:
        """Wait until a call may be sent, and count it as in flight.

        Yields whether it is the call that is sent alone after a rate-limited response. Pass this to
        `record` within the context: its end wakes the waiting calls, which obey what was recorded.

        Raises RateLimitedError if the call cannot be sent before the deadline, a time of `clock`,
        or if it would have to wait and the run is cancelled.
        """
        with self._changed:
            is_alone = False
            while self._limit is not None and not is_alone:
                now = self._clock()
                is_alone = now >= self._opens_at and not self._in_flight
                if not is_alone:
                    self._wait(self._limit, now, deadline)
            self._in_flight += 1
        try:
            yield is_alone
        finally:
            with self._changed:
                self._in_flight -= 1
                self._changed.notify_all()

    def _wait(self, limit: Fault, now: float, deadline: float) -> None:
        """Wait until the block ends, or until the call in flight has ended. See `turn`."""
        if self.cancelled.is_set():
            raise RateLimitedError(limit, advice=_CANCELLED, wait=math.inf)
        until_open = max(self._opens_at - now, 0.0)
        until_deadline = deadline - now
        if until_open > until_deadline:
            wait = max(until_open, LEAST_WAIT)
            raise RateLimitedError(limit, advice=_RUN_LATER.format(duration(wait)), wait=wait)
        if until_open > 0:
            self._announce_wait(until_open)
            self._changed.wait(min(until_open, threading.TIMEOUT_MAX))
        else:
            # Another call is in flight alone. Its end wakes this thread.
            self._changed.wait(min(until_deadline, threading.TIMEOUT_MAX))

    def pause(self, seconds: float) -> bool:
        """Wait before reads are repeated that got no usable response. Return False if cancelled."""
        if seconds >= SHORTEST_ANNOUNCED:
            self.announce("Meta returns no usable answers; reads are repeated for about a minute.")
        return not self.cancelled.wait(seconds)

    def cancel(self) -> None:
        """End all waits. A call that would have to wait is refused from now on."""
        with self._changed:
            self.cancelled.set()
            self._changed.notify_all()

    def record(self, responses: Sequence[Response], is_alone: bool) -> None:
        """Record the responses to calls that were sent together.

        After a rate-limited response, no call is sent before the time that Meta reported. Only the
        response to a call that was sent alone ends the limit.
        """
        errors = [each.error for each in responses]
        limits = [error for error in errors if isinstance(error, RateLimitedError)]
        # An error without Meta's code may not be from Meta, so it says nothing about the limit.
        has_answer = any(error is None or error.fault.code != 0 for error in errors)
        with self._changed:
            if limits:
                reported = max(response.usage.wait for response in responses)
                self._begin_wait(limits[0].fault, reported, is_alone)
            elif is_alone and has_answer:
                self._limit, self._times_limited, self._announced = None, 0, False

    def _begin_wait(self, limit: Fault, reported: float, is_alone: bool) -> None:
        """Let all calls wait for the `reported` time, or else for a longer time at each limit."""
        # Of calls that were sent together, only the first counts, because all may meet one limit.
        is_first_limit = self._limit is None
        if is_first_limit or is_alone:
            self._times_limited += 1
            self._announced = False
        wait = reported or DEFAULT_WAIT * 2.0 ** (self._times_limited - 1)
        self._limit = limit
        self._opens_at = max(self._opens_at, self._clock() + min(wait, MOST_WAIT))

    def _announce_wait(self, left: float) -> None:
        if left >= SHORTEST_ANNOUNCED and not self._announced:
            self._announced = True
            end = datetime.fromtimestamp(time.time() + left, UTC)
            self.announce(
                f"Meta limits the calls of this app; the next call follows in {duration(left)}, "
                f"at {end:%H:%M:%S} UTC."
            )
