"""Rate limits: the headers that report them, and the gate that holds calls back.

Source: Meta, "Rate Limits" (`X-App-Usage`, `X-Ad-Account-Usage`, `X-Business-Use-Case-Usage`);
the values are percentages of a limit, calling on while limited lengthens the block. `Retry-After`
is HTTP's own (RFC 9110, 10.2.3): seconds or a date.
"""

from __future__ import annotations

import json
import math
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from metapixel_provider.errors import Fault, RateLimitedError

#: Above this share of a limit (percent) calls go one after another and slow down.
NEARLY_LIMITED = 80.0
#: Longest pause in seconds put between two calls at 100 percent.
LONGEST_PAUSE = 5.0
#: Seconds to wait where Meta limits without saying for how long.
WAIT_UNTOLD = 60.0
#: Shortest and longest wait in seconds that an answer can ask for: Meta counts in seconds or
#: minutes, so a fraction of one is no wait, and nobody waits for more than a day.
LEAST_WAIT, MOST_WAIT = 1.0, 86_400.0
#: A wait is announced from this many seconds on.
WORTH_SAYING = 3.0


@dataclass(frozen=True)
class Usage:
    """Share of the fullest limit in percent, and seconds until a limited caller may go on."""

    percent: float = 0.0
    wait: float = 0.0

    def fullest(self, other: Usage) -> Usage:
        """The larger values of both."""
        return Usage(max(self.percent, other.percent), max(self.wait, other.wait))


def usage_of(headers: Mapping[str, str]) -> Usage:
    """The usage and the wait in the headers of an answer; unreadable headers have none."""
    percent, wait = 0.0, _retry_after(headers.get("Retry-After"))
    for name in ("X-App-Usage", "X-Ad-Account-Usage"):
        entry = _json(headers.get(name))
        if isinstance(entry, dict):
            wait = max(wait, _number(entry.pop("reset_time_duration", None)))
            percent = max([percent, *map(_number, entry.values())])
    cases = _json(headers.get("X-Business-Use-Case-Usage"))
    if isinstance(cases, dict):
        for entry in (
            item for found in cases.values() if isinstance(found, list) for item in found
        ):
            if isinstance(entry, dict):
                for key in ("call_count", "total_cputime", "total_time"):
                    percent = max(percent, _number(entry.get(key)))
                wait = max(wait, 60 * _number(entry.get("estimated_time_to_regain_access")))
    return Usage(percent, min(max(wait, LEAST_WAIT), MOST_WAIT) if wait > 0 else 0.0)


class Gate:
    """Lets the calls of an app through, and holds them back while Meta limits it.

    After a limited answer one call alone tries when the time has come; the others follow only
    once it got through. `announce` is told a wait once, by whoever waits first.
    """

    def __init__(
        self,
        announce: Callable[[str], None] = lambda message: None,
        clock: Callable[[], float] = time.monotonic,
        most_in_flight: int = 64,
    ) -> None:
        self._announce = announce
        self._clock = clock
        self._most = most_in_flight
        self._changed = threading.Condition()
        self._in_flight = 0
        self._opens_at = 0.0
        self._pause = 0.0
        self._limited: Fault | None = None
        self._limits = 0
        self._times_limited = 0
        self._announced = False

    @property
    def one_by_one(self) -> bool:
        """Whether calls go out alone: Meta limits them, or nearly."""
        return self._limited is not None or self._pause > 0

    @contextmanager
    def passing(self, deadline: float) -> Iterator[int]:
        """Waits until a call may go out, and counts it while it does.

        Gives the number of limits known so far: what `learn` and `limited` need to tell the
        answer of a call that was on its way already from one that was sent since. Both are told
        before the call counts as ended, so that nobody goes out on what is no longer true.

        Raises RateLimitedError, which says how long to wait, where the turn of a call would come
        after the deadline (a time of the clock): while Meta limits, and while calls slow down.
        """
        known = self._enter(deadline)
        try:
            yield known
        finally:
            with self._changed:
                self._in_flight -= 1
                self._changed.notify_all()

    def learn(self, usage: Usage, known: int) -> None:
        """Takes note of an answer that was not limited."""
        with self._changed:
            if known != self._limits:
                return
            self._limited, self._times_limited, self._announced = None, 0, False
            over = max(0.0, usage.percent - NEARLY_LIMITED) / (100.0 - NEARLY_LIMITED)
            self._pause = LONGEST_PAUSE * min(1.0, over)
            self._opens_at = self._clock() + self._pause
            self._changed.notify_all()

    def limited(self, fault: Fault, usage: Usage, known: int) -> None:
        """Takes note that Meta limits: nobody goes out before the time it gave."""
        with self._changed:
            if known == self._limits:
                self._limits += 1
                self._times_limited += 1
            wait = usage.wait or WAIT_UNTOLD * 2.0 ** (self._times_limited - 1)
            self._limited = fault
            self._opens_at = max(self._opens_at, self._clock() + min(wait, MOST_WAIT))

    def _enter(self, deadline: float) -> int:
        with self._changed:
            while True:
                now = self._clock()
                left = self._opens_at - now
                if left <= 0 and self._in_flight < (1 if self.one_by_one else self._most):
                    self._in_flight += 1
                    self._opens_at = now + self._pause
                    return self._limits
                if not self.one_by_one:
                    self._changed.wait(left if left > 0 else None)
                    continue
                if max(now, self._opens_at) > deadline:
                    raise self._refusal(left)
                self._announce_wait(left)
                # Until it opens, or until the call that is under way has ended.
                turn = left if left > 0 else deadline - now
                self._changed.wait(min(turn, threading.TIMEOUT_MAX))

    def _refusal(self, left: float) -> RateLimitedError:
        wait = max(left, LEAST_WAIT)
        if self._limited is not None:
            advice = f"Meta lets this app on in about {duration(wait)}, run it again then"
            return RateLimitedError(self._limited, advice=advice, wait=wait)
        fault = Fault("this app is close to its limit at Meta, so its calls go out one by one")
        advice = "run it again later, or give it more time with metapixel:rateLimitWait"
        return RateLimitedError(fault, advice=advice, wait=wait)

    def _announce_wait(self, left: float) -> None:
        if self._limited is not None and left >= WORTH_SAYING and not self._announced:
            self._announced = True
            self._announce(f"Meta limits the calls of this app; going on in {duration(left)}.")


def duration(seconds: float) -> str:
    """Seconds as a person says them."""
    if seconds < 120:
        return f"{max(1, round(seconds))} seconds"
    return f"{round(seconds / 60)} minutes" if seconds < 7200 else f"{seconds / 3600:.1f} hours"


def _retry_after(value: str | None) -> float:
    """Seconds that `Retry-After` asks for."""
    if value is None:
        return 0.0
    try:
        return _number(float(value))
    except ValueError:
        pass
    try:
        return _number(parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, OverflowError):
        return 0.0


def _json(text: str | None) -> object:
    try:
        return json.loads(text) if text else None
    except (ValueError, RecursionError):
        return None


def _number(value: object) -> float:
    try:
        return float(value) if isinstance(value, int | float) and math.isfinite(value) else 0.0
    except OverflowError:
        return 0.0
