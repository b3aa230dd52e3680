"""Long commands that report their progress."""

import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.engine.failure import EngineError

LAST_LINES = 8


def run(
    command: Sequence[str | Path],
    doing: str,
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    limit: float = 3600,
) -> None:
    """Run a command to its end. Meanwhile, print `doing` and the elapsed time to stderr.

    Raises EngineError, with the end of the output, if the command fails or takes more than `limit`
    seconds.
    """
    terminal = sys.stderr.isatty()
    started = time.monotonic()
    _report(f"{doing} …", terminal)
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        try:
            child = subprocess.Popen(command, cwd=cwd, env=env, stdout=output, stderr=output)
        except OSError as error:
            raise EngineError(f"{doing}: {error}") from None
        try:
            while (code := _wait(child, 1 if terminal else 15)) is None:
                seconds = time.monotonic() - started
                if seconds > limit:
                    raise EngineError(f"{doing}: not done after {limit:.0f} seconds")
                _report(f"{doing} … {seconds:.0f} s", terminal)
        finally:
            child.kill()
            child.wait()
            if terminal:
                _report("", terminal)
        if code:
            output.seek(0)
            last = "\n    ".join(output.read().rstrip().splitlines()[-LAST_LINES:])
            raise EngineError(f"{doing}: `{shlex.join(map(str, command))}` failed\n    {last}")


def _wait(child: subprocess.Popen[bytes], seconds: float) -> int | None:
    try:
        return child.wait(seconds)
    except subprocess.TimeoutExpired:
        return None


def _report(line: str, terminal: bool) -> None:
    print(
        f"\r\x1b[K{line}" if terminal else line,
        end="" if terminal else "\n",
        file=sys.stderr,
        flush=True,
    )
