"""The simulator's clock: it runs like any other, and tests move it forward."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """Starts at `start` (the computer's time when None) and runs at its ordinary speed."""

    def __init__(self, start: datetime | None = None) -> None:
        self._start = start or datetime.now(UTC)
        self._began = time.monotonic()
        self._moved = timedelta()

    def now(self) -> datetime:
        return self._start + self._moved + timedelta(seconds=time.monotonic() - self._began)

    def advance(self, by: timedelta) -> None:
        """Move forward; time never goes back here, as it never does at Meta."""
        if by < timedelta():
            raise ValueError("the clock only moves forward")
        self._moved += by


def graph_time(moment: datetime) -> str:
    """The Graph API's way of writing a time: `2026-11-24T09:00:00+0000`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")
