"""Words that the plugin processes of one operation share, each about a digest of an id.

Each explicit provider is a process of its own, and so is each version of a plugin. The processes
identify the operation by the address of the engine, which is the same for all of them.
"""

from __future__ import annotations

import errno
import fcntl
import os
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from metapixel_provider.errors import ConfigurationError
from metapixel_provider.process.engine_watch import has_ended

#: The first line of a file. Another format needs another number.
_FORMAT = b"metapixel 1\n"
#: Seconds between two attempts to lock a key that another process holds.
_RETRY = 0.02
#: A living process holds a shared lock on this byte, and an exclusive one on the byte at its id.
_ALIVE = 0
#: The first byte for locks of keys. The ids of processes are smaller.
_KEYS = 2**32
#: The word of a process that serves resources which the program declares.
DECLARED = "declared"
#: The words of a refresh: it read a record, or did not find the access of one.
READ, ABSENT = "read", "absent"


class Journal:
    """The journal of one operation. The last process that ends in order removes its file.

    After a refresh, the engine may start another process for the program, so a process that only
    refreshed leaves the file. The next operation removes it.

    A lock on the file shows that a process lives, and the system releases the locks of a killed
    process. The engine ends a process that serves declared resources only at the end of the
    operation. So if such a process has ended, its claims are lost.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._author = f"{os.getpid()}"
        self._lock = threading.Lock()
        self._read_to = len(_FORMAT)
        #: The other processes that serve declared resources.
        self._others: set[str] = set()
        self._did_more_than_refresh = False
        self._file = _open(path)

    @classmethod
    def of_engine(cls, address: str) -> Journal:
        """Return the journal for the engine at `address`. Raise ConfigurationError."""
        try:
            folder = Path(tempfile.gettempdir(), f"metapixel-{os.getuid()}")
            folder.mkdir(mode=0o700, exist_ok=True)
            found = folder.lstat()
            if found.st_uid != os.getuid() or found.st_mode & 0o077:
                raise PermissionError(f"{folder} belongs to another user, or others can use it")
            path = folder / f"{address.rpartition(':')[2]}.journal"
            _remove_ended(each for each in folder.glob("*.journal") if each != path)
            return cls(path)
        except OSError as error:
            raise _unusable(error) from None

    def close(self) -> None:
        """Remove the file, unless another process uses it or may need it."""
        # All living processes share this lock. So after this one unlocks, only the last can get it
        # alone. While it holds it, a process that opens the file waits in `_share`.
        fcntl.lockf(self._file, fcntl.LOCK_UN, 1, _ALIVE)
        is_last = _try_to_lock(self._file, fcntl.LOCK_EX, _ALIVE)
        if not is_last:
            return
        # After a refresh alone, the process of the `up` that follows may need the file.
        if self._did_more_than_refresh and _is_at(self._path, self._file):
            self._path.unlink(missing_ok=True)
        fcntl.lockf(self._file, fcntl.LOCK_UN, 1, _ALIVE)

    def has_losses(self) -> bool:
        """Return whether another process that served declared resources has ended."""
        for process in map(int, self._others):
            # A living process holds this lock. Several processes may look at the same time.
            if _try_to_lock(self._file, fcntl.LOCK_SH, process):
                fcntl.lockf(self._file, fcntl.LOCK_UN, 1, process)
                return True
        return False

    def append(self, word: str, digests: Sequence[str]) -> None:
        """Write a line for the other processes.

        If the disk is full, only a declaration raises ConfigurationError. With other words, a write
        to Meta may already have been sent, so this process continues. But the others then treat it
        as ended, and refuse deletions, because they lack its words.
        """
        if word not in (READ, ABSENT):
            self._did_more_than_refresh = True
        # The line before it may be incomplete.
        line = f"\n{' '.join((self._author, word, *digests))}\n".encode()
        try:
            if os.write(self._file, line) < len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as error:
            if word == DECLARED:
                raise _unusable(error) from None
            # By this lock, `has_losses` of another process knows that this one lives.
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, os.getpid())

    def new_words(self) -> Iterator[tuple[str, Sequence[str]]]:
        """Yield the words of other processes since the last call, with their digests."""
        with self._lock:
            for line in self._new_lines():
                words = line.split()
                # A line can be blank, or incomplete after a full disk.
                if len(words) < 2 or words[0] == self._author:
                    continue
                author, word, *digests = words
                if word == DECLARED:
                    self._others.add(author)
                yield word, digests

    def _new_lines(self) -> Sequence[str]:
        """Return the complete lines since the last call."""
        size = os.fstat(self._file).st_size
        new = os.pread(self._file, size - self._read_to, self._read_to)
        # Another process may be writing the last line.
        whole = new[: new.rfind(b"\n") + 1]
        self._read_to += len(whole)
        return whole.decode().splitlines()

    @contextmanager
    def locking(self, key: str) -> Iterator[None]:
        """Lock a key, a digest in hexadecimal, after waiting for the other processes.

        The lock does not exclude other threads of this process.
        """
        position = _KEYS + int(key, 16)
        # The system refuses a blocking call if two processes wait for keys of each other. That is
        # no deadlock here, because each thread holds only one key.
        while not _try_to_lock(self._file, fcntl.LOCK_EX, position):
            time.sleep(_RETRY)
        try:
            yield
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, position)


def _open(path: Path) -> int:
    """Open the file, and show that this process lives. Raise OSError or ConfigurationError."""
    file = _share(path)
    # By the lock on the byte at its id, `has_losses` of another process knows that this one lives.
    fcntl.lockf(file, fcntl.LOCK_EX, 1, os.getpid())
    if os.fstat(file).st_size == 0:
        os.write(file, _FORMAT)
    if os.pread(file, len(_FORMAT), 0) != _FORMAT:
        raise ConfigurationError(
            f"Another version of the plugin wrote {path}, and this version cannot read it; use one "
            f"version of the plugin for all resources of the stack"
        )
    return file


def _share(path: Path) -> int:
    """Open or create the file, which no other process removes while this one shares `_ALIVE`."""
    while True:
        file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        # In `close`, the last process removes the file while it holds this lock alone.
        fcntl.lockf(file, fcntl.LOCK_SH, 1, _ALIVE)
        if _is_at(path, file):
            return file
        os.close(file)  # The file was removed, so the next attempt creates a new one.


def _remove_ended(paths: Iterable[Path]) -> None:
    """Remove the files of operations that were killed.

    An operation whose processes were all killed has not ended, because its engine may start others.
    """
    for path in paths:
        with suppress(ValueError, OverflowError):  # The name is not a port.
            if has_ended(("127.0.0.1", int(path.stem))):
                path.unlink(missing_ok=True)


def _unusable(error: OSError) -> ConfigurationError:
    return ConfigurationError(
        f"The processes of this run cannot share their progress ({error}); set TMPDIR to a folder "
        f"that only this user can write to, on a disk with free space"
    )


def _is_at(path: Path, file: int) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samestat(path.stat(), os.fstat(file))
    return False


def _try_to_lock(file: int, how: int, position: int) -> bool:
    with suppress(BlockingIOError):
        fcntl.lockf(file, how | fcntl.LOCK_NB, 1, position)
        return True
    return False
