"""The lock of a run: no second run reads the journals of the first one as those of a killed run."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from metapixel_cli.probe.errors import RefusedError


@contextmanager
def held(path: Path, busy: str) -> Iterator[None]:
    """Hold a lock during the block, through a file that exists only as long.

    The lock ends with the process, so the file of a killed run does not block the next run. Raises
    RefusedError with the message `busy` if another run holds the lock, or if the file cannot be
    written.
    """
    try:
        file = path.open("w")
    except OSError as error:
        raise RefusedError(f"The file {path} cannot be written ({error.strerror})") from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # A run that ended in the meantime has removed the file, and a third one may hold it.
            is_held = os.path.samestat(os.fstat(file.fileno()), path.stat())
        except (BlockingIOError, FileNotFoundError):
            is_held = False
        if not is_held:
            raise RefusedError(busy)
        try:
            yield
        finally:
            path.unlink()
