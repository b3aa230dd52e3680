"""The folder that the demonstration lives in, and the one at a time that may work in it."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.demo.failure import DemoError
from tools.demo.waiting import wait_until

ROOT = Path(__file__).parents[2]


class Folder:
    """Where things are. Nothing is made before it is needed."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self._lock = self.path / "demo.lock"
        #: Process and address of the simulator, which holds a lock on this file while it runs.
        self.simulator = self.path / "simulator.json"
        self.log = self.path / "simulator.log"
        self.world = self.path / "world.json"
        self.backend = self.path / "backend"
        self.home = self.path / "home"
        self.env = self.path / "env"

    @property
    def exists(self) -> bool:
        """Whether a demonstration was ever begun here."""
        return self._lock.exists()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Waits until no other run works here, and keeps others out.

        Raises DemoError for a folder with something else in it, as the folder is deleted at last.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        if not self.exists and any(self.path.iterdir()):
            raise DemoError(
                f"{self.path} has other things in it; name an empty folder or a new one"
            )
        with self._lock.open("a") as lock:
            wait_until("another run works here, waiting for it to end", lambda: locked(lock))
            yield

    def remove(self) -> None:
        """Deletes the folder with everything in it."""
        shutil.rmtree(self.path)

    def shown(self, path: Path | None = None) -> str:
        """A path as it is typed from here: relative where that is shorter."""
        whole = str(path or self.path)
        return min(os.path.relpath(whole), whole, key=len)


def locked(file: object) -> bool:
    """Takes the lock on an open file, for as long as it is open; False where another has it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # type: ignore[arg-type]
    except BlockingIOError:
        return False
    return True


def write(path: Path, text: str) -> None:
    """Writes a file so that it is there whole or not at all."""
    aside = path.with_name(f".{path.name}.new")
    aside.write_text(text)
    aside.replace(path)
