"""The lock of a run. A second run would treat the first one's journals as those of a killed run."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from metapixel_cli.probe.errors import RefusedError


@contextmanager
def held(path: Path, busy: str, advice: str) -> Iterator[None]:
    """Hold a lock during the block, through a file that exists only during the block.

    The lock ends with the process, so the file of a killed run does not block the next run. Raises
    RefusedError with the message `busy` if another run holds the lock, and with the advice if the
    file cannot be a lock.
    """

    def refused(reason: str | None) -> RefusedError:
        return RefusedError(f"The file {path} cannot be a lock ({reason}); {advice}")

    try:
        # This mode keeps the content of a file that is not ours.
        file = path.open("a")
    except OSError as error:
        raise refused(error.strerror) from None
    with file:
        if os.fstat(file.fileno()).st_size:
            raise refused("it has content")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RefusedError(busy) from None
        except OSError as error:
            raise refused(error.strerror) from None
        # A run that ended in the meantime has removed the file, and a third one may hold it.
        if not _is_at(file, path):
            raise RefusedError(busy)
        try:
            yield
        finally:
            if _is_at(file, path):
                path.unlink()


def _is_at(file: TextIO, path: Path) -> bool:
    """Return whether an open file is still the one at a path."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except OSError:
        return False
