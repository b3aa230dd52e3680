"""Lines that the plugin processes of one operation share.

Each explicit provider is a process of its own, and so is each version of a plugin. They know the
operation by the address of the engine, which is the same for all of them.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from metapixel_provider.errors import ConfigurationError
from metapixel_provider.sharing.forms import UNKNOWN

#: Seconds between two attempts to lock a key that another process holds.
_RETRY = 0.02
#: A process locks this byte of the file while it lives. A key has one of the bytes after it.
_ALIVE = 0
_UNKNOWN = {"unknown": True}

#: The first item is the name of the event.
Entry = list[object]


class Journal:
    """The journal of one operation.

    A lock of the file shows that a process lives, and the system releases the locks of a killed
    process. So the first process of an operation finds no lock, and empties the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._author = f"{os.getpid()}"
        self._lock = threading.Lock()
        self._read_to = 0
        self._file = _open(path)

    @classmethod
    def of_engine(cls, address: str) -> Journal:
        """Return the journal for the engine at `address`. Raise ConfigurationError."""
        folder = Path(tempfile.gettempdir(), f"metapixel-{os.getuid()}")
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            found = folder.lstat()
            if found.st_uid != os.getuid() or found.st_mode & 0o077:
                raise PermissionError(
                    f"{folder} belongs to another user, or others can write to it"
                )
            _remove_ended(folder)
            return cls(folder / f"{address.rpartition(':')[2]}.jsonl")
        except OSError as error:
            raise ConfigurationError(
                f"The processes of this run cannot share their progress ({error}); set TMPDIR to a "
                f"folder that only this user can write to"
            ) from None

    def append(self, entry: Entry) -> None:
        """Write an entry. Other processes read it, and this process does not."""
        line = json.dumps([self._author, *entry], default=lambda _: _UNKNOWN)
        os.write(self._file, f"{line}\n".encode())

    def news(self) -> Iterator[Entry]:
        """Yield the entries of other processes since the last call."""
        with self._lock:
            size = os.fstat(self._file).st_size
            if size == self._read_to:
                return
            new = os.pread(self._file, size - self._read_to, self._read_to)
            # Another process may be writing the last line.
            whole = new[: new.rfind(b"\n") + 1]
            self._read_to += len(whole)
            for line in whole.splitlines():
                author, *entry = json.loads(line, object_hook=_with_unknown)
                if author != self._author:
                    yield entry

    @contextmanager
    def holding(self, key: str) -> Iterator[None]:
        """Wait until no other process holds a key, and hold it. Threads are not locked out."""
        digest = hashlib.blake2b(key.encode(), digest_size=7).digest()
        position = _ALIVE + 1 + int.from_bytes(digest, "big")
        # A blocking call would fail if two processes wait for keys of each other. They do not wait
        # for each other forever, because a thread holds only one key.
        while not _locked(self._file, fcntl.LOCK_EX, position):
            time.sleep(_RETRY)
        try:
            yield
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, position)


def _open(path: Path) -> int:
    """Open the file of an operation, and empty it if no process of this operation lives."""
    while True:
        file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if _locked(file, fcntl.LOCK_EX, _ALIVE):
            os.ftruncate(file, 0)
        fcntl.lockf(file, fcntl.LOCK_SH, 1, _ALIVE)
        if _is_at(path, file):
            return file
        os.close(file)  # Another process has removed the file in the meantime.


def _remove_ended(folder: Path) -> None:
    """Remove the files of operations that have ended."""
    for path in folder.glob("*.jsonl"):
        try:
            file = os.open(path, os.O_RDWR)
        except FileNotFoundError:
            continue
        if _locked(file, fcntl.LOCK_EX, _ALIVE) and _is_at(path, file):
            path.unlink(missing_ok=True)
        os.close(file)


def _is_at(path: Path, file: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(file))
    except FileNotFoundError:
        return False


def _locked(file: int, how: int, position: int) -> bool:
    try:
        fcntl.lockf(file, how | fcntl.LOCK_NB, 1, position)
    except BlockingIOError:
        return False
    return True


def _with_unknown(value: dict[str, object]) -> object:
    return UNKNOWN if value == _UNKNOWN else value
