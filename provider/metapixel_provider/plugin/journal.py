"""Lines that the plugin processes of one operation share.

Each explicit provider is a process of its own, and so is each version of a plugin. The processes
identify the operation by the address of the engine, which is the same for all of them.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from metapixel_provider.errors import ConfigurationError
from metapixel_provider.plugin.engine_watch import has_ended
from metapixel_provider.sharing.forms import UNKNOWN

#: Seconds between two attempts to lock a key that another process holds.
_RETRY = 0.02
#: A living process holds a shared lock on this byte, and an exclusive one on the byte at its id.
_ALIVE = 0
#: The first byte for locks of keys. The ids of processes are smaller.
_KEYS = 2**32
#: The event of a process that serves resources which the program declares.
_SERVES = "serves"
_UNKNOWN = {"unknown": True}

#: The first item is the name of the event.
Entry = list[object]


class Journal:
    """The journal of one operation.

    A lock on the file shows that a process lives, and the system releases the locks of a killed
    process. The engine ends a process that serves declared resources only at the end of the
    operation. So if such a process has ended, its claims are lost.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._author = f"{os.getpid()}"
        self._lock = threading.Lock()
        self._read_to = 0
        self._is_serving = False
        self._others: set[str] = set()
        self._file = _open(path)

    @classmethod
    def of_engine(cls, address: str) -> Journal:
        """Return the journal for the engine at `address`. Raise ConfigurationError."""
        folder = Path(tempfile.gettempdir(), f"metapixel-{os.getuid()}")
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            found = folder.lstat()
            if found.st_uid != os.getuid() or found.st_mode & 0o077:
                raise PermissionError(f"{folder} belongs to another user, or others can use it")
            path = folder / f"{address.rpartition(':')[2]}.jsonl"
            _remove_ended(each for each in folder.glob("*.jsonl") if each != path)
            return cls(path)
        except OSError as error:
            raise _unusable(error) from None

    def serve(self) -> None:
        """Tell other processes that this one serves declared resources.

        Raises ConfigurationError, for example if the disk is full.
        """
        with self._lock:
            if not self._is_serving:
                try:
                    _write(self._file, [self._author, _SERVES])
                except OSError as error:
                    raise _unusable(error) from None
                self._is_serving = True

    def has_losses(self) -> bool:
        """Return whether another process that served declared resources has ended."""
        return any(_has_ended(self._file, int(each)) for each in self._others)

    def append(self, entry: Entry) -> None:
        """Write an entry for the other processes.

        The operation may have sent a write to Meta, so this method does not raise an error. If the
        disk is full, the other processes treat this process as ended.
        """
        try:
            _write(self._file, [self._author, *entry])
        except OSError:
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, os.getpid())

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
            for author, *entry in _entries(whole):
                if author == self._author:
                    continue
                if entry == [_SERVES]:
                    self._others.add(str(author))
                else:
                    yield entry

    @contextmanager
    def holding(self, key: str) -> Iterator[None]:
        """Wait until no other process holds a key, and hold it. It does not exclude threads."""
        digest = hashlib.blake2b(key.encode(), digest_size=7).digest()
        position = _KEYS + int.from_bytes(digest, "big")
        # A blocking call would fail if two processes wait for each other's keys. Neither waits
        # forever, because a thread holds only one key.
        while not _locked(self._file, fcntl.LOCK_EX, position):
            time.sleep(_RETRY)
        try:
            yield
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, position)


def _open(path: Path) -> int:
    """Open the file of an operation, and show that this process lives."""
    while True:
        file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if _locked(file, fcntl.LOCK_EX, _ALIVE):
            _keep_losses(file)
        fcntl.lockf(file, fcntl.LOCK_SH, 1, _ALIVE)
        fcntl.lockf(file, fcntl.LOCK_EX, 1, os.getpid())
        if _is_at(path, file):
            return file
        os.close(file)  # Another process has removed the file in the meantime.


def _keep_losses(file: int) -> None:
    """Remove all entries, except those that list processes that served declared resources.

    All earlier processes have ended. If they were killed in this operation, it must not delete
    resources. In rare cases they belong to an earlier operation with the same address. Then this
    operation does not delete resources either, but the next one does.
    """
    content = os.pread(file, os.fstat(file).st_size, 0)
    serving = [entry for entry in _entries(content) if entry[1:] == [_SERVES]]
    os.ftruncate(file, 0)
    for entry in serving:
        _write(file, entry)


def _write(file: int, entry: Entry) -> None:
    """Write an entry on a new line, because the entry before it may be incomplete."""
    line = f"\n{json.dumps(entry, default=lambda _: _UNKNOWN)}\n".encode()
    if os.write(file, line) < len(line):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _entries(lines: bytes) -> Iterator[Entry]:
    """Yield the complete entries of lines. The first item of each is its author."""
    for line in filter(None, lines.splitlines()):
        with suppress(ValueError):
            yield json.loads(line, object_hook=_with_unknown)


def _remove_ended(paths: Iterable[Path]) -> None:
    """Remove the files of operations that have ended.

    An operation whose processes were all killed has not ended, because its engine may start others.
    """
    for path in paths:
        if not has_ended(("127.0.0.1", int(path.stem))):
            continue
        try:
            file = os.open(path, os.O_RDWR)
        except FileNotFoundError:
            continue
        if _locked(file, fcntl.LOCK_EX, _ALIVE) and _is_at(path, file):
            path.unlink(missing_ok=True)
        os.close(file)


def _unusable(error: OSError) -> ConfigurationError:
    return ConfigurationError(
        f"The processes of this run cannot share their progress ({error}); set TMPDIR to a folder "
        f"that only this user can write to, on a disk with free space"
    )


def _has_ended(file: int, process: int) -> bool:
    # Several processes may look at the same time.
    if not _locked(file, fcntl.LOCK_SH, process):
        return False
    fcntl.lockf(file, fcntl.LOCK_UN, 1, process)
    return True


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
