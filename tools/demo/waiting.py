"""Reports of the progress, and waits that report how long they take."""

import sys
import time
from collections.abc import Callable

_QUIET = 2.0
_EVERY = 5.0


def report(line: str = "") -> None:
    print(line, flush=True)


def wait_until(doing: str, done: Callable[[], bool], limit: float | None = None) -> bool:
    """Wait until `done` returns True. After 2 seconds, report `doing` and the elapsed time.

    Return False if `done` did not return True within `limit` seconds.
    """
    terminal = sys.stderr.isatty()
    began = time.monotonic()
    next_word = _QUIET
    try:
        while not done():
            seconds = time.monotonic() - began
            if limit is not None and seconds > limit:
                return False
            if seconds >= next_word:
                next_word = seconds + (1.0 if terminal else _EVERY)
                text = f"{doing} … {seconds:.0f} s"
                sys.stderr.write(f"\r\x1b[K{text}" if terminal else f"{text}\n")
                sys.stderr.flush()
            time.sleep(0.05)
    finally:
        if terminal and next_word > _QUIET:
            sys.stderr.write("\r\x1b[K")
    return True
