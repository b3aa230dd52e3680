"""The simulator's clock, which tests can move forward."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """A clock that runs at normal speed from `start`. The default is the computer's time."""

    def __init__(self, start: datetime | None = None) -> None:
        self._start = start or datetime.now(UTC)
        self._began = time.monotonic()
        self._moved = timedelta()

    def now(self) -> datetime:
        return self._start + self._moved + timedelta(seconds=time.monotonic() - self._began)

    def advance(self, by: timedelta) -> None:
        """Move the clock forward. Raise ValueError if `by` is negative."""
        if by < timedelta():
            raise ValueError("the clock only moves forward")
        self._moved += by


def graph_time(moment: datetime) -> str:
    """Return a time in the format of the Graph API, with its offset: `2026-11-24T09:00:00+0000`."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S%z")
