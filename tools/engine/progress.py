"""Waits that report their progress on stderr."""

import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tools.engine.programs import EngineError

LAST_LINES = 8


def run(
    command: Sequence[str | Path],
    doing: str,
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    limit: float = 3600,
) -> None:
    """Run a command to its end. Meanwhile, report `doing` and the elapsed time.

    Raises EngineError, with the end of the output, if the command fails or takes more than `limit`
    seconds.
    """
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        try:
            child = subprocess.Popen(command, cwd=cwd, env=env, stdout=output, stderr=output)
        except OSError as error:
            raise EngineError(f"{doing}: {error}") from None
        try:
            if not wait_until(doing, lambda: child.poll() is not None, limit):
                raise EngineError(f"{doing}: not done after {limit:.0f} seconds")
        finally:
            child.kill()
            child.wait()
        if child.returncode:
            output.seek(0)
            last = "\n    ".join(output.read().rstrip().splitlines()[-LAST_LINES:])
            raise EngineError(f"{doing}: `{shlex.join(map(str, command))}` failed\n    {last}")


def wait_until(doing: str, done: Callable[[], bool], limit: float) -> bool:
    """Wait until `done` returns True. Meanwhile, report `doing` and the elapsed time.

    Return False if `done` did not return True within `limit` seconds.
    """
    terminal = sys.stderr.isatty()
    every = 1 if terminal else 15
    began = time.monotonic()
    next_report = 0.0
    try:
        while not done():
            seconds = time.monotonic() - began
            if seconds > limit:
                return False
            if seconds >= next_report:
                next_report = seconds + every
                text = f"{doing} … {seconds:.0f} s"
                sys.stderr.write(f"\r\x1b[K{text}" if terminal else f"{text}\n")
                sys.stderr.flush()
            time.sleep(0.05)
    finally:
        if terminal:
            sys.stderr.write("\r\x1b[K")
    return True
