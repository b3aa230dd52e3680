"""The difference between Meta's clock and the clock of this machine.

Access ends by dates, so a wrong clock would end access too early or too late. Each answer contains
Meta's time in its `Date` header (RFC 9110, 6.6.1).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime

from metapixel_provider.errors import WrongClockError

TOLERATED = timedelta(minutes=5)
TOLERATED_FOR_WRITES = timedelta(days=1)


class Clock:
    """Meta's clock, as derived from the answers that this process received.

    All clients of a process share one clock, because they run on the same machine. `warn` gets a
    message about the first difference that is not tolerated.
    """

    def __init__(self, warn: Callable[[str], None] = lambda message: None) -> None:
        self._warn = warn
        self._warning = threading.Lock()
        #: True if Meta has answered, even if the answer did not report Meta's time.
        self.answered = False
        #: Meta's time minus the local time, or None if no answer has reported Meta's time.
        self.difference: timedelta | None = None

    def now(self) -> float:
        """Return Meta's time in seconds since 1970, or the local time if Meta's is unknown."""
        return time.time() + (self.difference or timedelta()).total_seconds()

    def record(self, date: str | None) -> None:
        """Record the `Date` header of an answer. A missing or unreadable header changes nothing."""
        self.answered = True
        try:
            metas_time = parsedate_to_datetime(date or "")
            if metas_time.tzinfo is None:
                metas_time = metas_time.replace(tzinfo=UTC)
            difference = timedelta(seconds=metas_time.timestamp() - time.time())
        except (ValueError, OverflowError):
            return
        self.difference = difference
        # The lock is never released, so only one thread gets it.
        if abs(difference) > TOLERATED and self._warning.acquire(blocking=False):
            self._warn(
                f"The clock of this machine is {distance(difference)} Meta's clock; set the "
                f"clock, because access ends by dates."
            )

    def check(self, operation: str) -> None:
        """Raise WrongClockError for this operation if the clocks differ too much for a write."""
        difference = self.difference
        if difference is not None and abs(difference) > TOLERATED_FOR_WRITES:
            raise WrongClockError(
                f"The request to {operation} was not sent, because the clock of this machine is "
                f"{distance(difference)} Meta's clock, and access ends by dates; set the clock, "
                f"and run the command again"
            )


def distance(difference: timedelta) -> str:
    """Return the error of the local clock in words, such as `12 minutes ahead of`."""
    side = "behind" if difference > timedelta() else "ahead of"
    return f"{duration(abs(difference).total_seconds())} {side}"


def duration(seconds: float) -> str:
    """Return seconds as text for a person, in seconds, minutes, hours or days."""
    if seconds < 120:
        return f"{max(1, round(seconds))} seconds"
    if seconds < 7200:
        return f"{round(seconds / 60)} minutes"
    hours = seconds / 3600
    return f"{hours:.1f} hours" if hours < 48 else f"{round(hours / 24)} days"
