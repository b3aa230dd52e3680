"""The demonstration's folder, which only one process at a time may use."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.engine.progress import wait_until


class DemoError(Exception):
    """A failure of the demonstration. The message states the next action for the user."""


class Folder:
    """The paths of the demonstration's files. Creating an instance creates no file."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self._lock = self.path / "demo.lock"
        #: A file with the simulator's process id and address. A running simulator locks it.
        self.simulator = self.path / "simulator.json"
        self.log = self.path / "simulator.log"
        self.world = self.path / "world.json"
        self.backend = self.path / "backend"
        self.env = self.path / "env"

    @property
    def exists(self) -> bool:
        return self._lock.exists()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Wait until no other process uses the folder, and then block other processes.

        Raises DemoError if the folder contains other files, because `down` deletes the whole
        folder.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        if not self.exists and any(self.path.iterdir()):
            raise DemoError(
                f"{self.path} contains other files; choose an empty folder or a new one"
            )
        with self._lock.open("a") as lock:
            wait_until("waiting for another run in this folder to end", lambda: locked(lock))
            yield

    def remove(self) -> None:
        shutil.rmtree(self.path)

    def shown(self, path: Path | None = None) -> str:
        """Return a path for use in a shell. The path is relative if that is shorter."""
        whole = str(path or self.path)
        return min(os.path.relpath(whole), whole, key=len)


def locked(file: object) -> bool:
    """Lock an open file until it is closed. Return False if another process holds the lock."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # type: ignore[arg-type]
    except BlockingIOError:
        return False
    return True


def write(path: Path, text: str) -> None:
    aside = path.with_name(f".{path.name}.new")
    aside.write_text(text)
    aside.replace(path)
