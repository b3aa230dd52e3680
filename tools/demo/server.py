"""The process of the simulator, which saves the simulated world in a file.

The argument is the demonstration's folder. The process ends after a signal, or when the folder is
deleted.
"""

import json
import os
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TextIO
from urllib.parse import urlsplit

from metapixel_simulator import Simulator, World
from metapixel_simulator.request_log import Entry
from tools.demo.folder import Folder, locked, write
from tools.engine.progress import wait_until

_SAVE_EVERY = 0.2
_LONGEST_CHECK = 2.0


def serve(folder: Folder) -> None:
    """Serve until a signal ends the process, or until the folder is deleted."""
    with folder.simulator.open("a+") as holder:
        # A process that checks for a running simulator holds the lock for a moment.
        if not wait_until("waiting for the folder", lambda: locked(holder), limit=_LONGEST_CHECK):
            sys.exit("another simulator already serves this folder")
        world = World.load(folder.world) if folder.world.exists() else World.example()
        sim = _start(world, _last_port(holder))
        keeper = _Keeper(folder, sim)
        sim.on_request = keeper.after_a_write
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        keeper.save()
        holder.seek(0)
        holder.truncate()
        holder.write(json.dumps({"pid": os.getpid(), "url": sim.url}))
        holder.flush()
        while not stop.wait(_SAVE_EVERY) and _exists(holder, folder):
            keeper.save()  # saves the answers that people give on the page
        sim.stop()
        keeper.save()


class _Keeper:
    """A writer that saves the simulator's world in the folder."""

    def __init__(self, folder: Folder, sim: Simulator) -> None:
        self._folder = folder
        self._sim = sim
        self._saved = ""

    def after_a_write(self, entry: Entry, phase: str) -> None:
        """Save the world before a write is answered, so that no answered write is lost."""
        if phase == "after" and entry.method != "GET":
            self.save()

    def save(self) -> None:
        """Write the world if it has changed and the folder still exists."""
        with self._sim.lock, suppress(FileNotFoundError):
            text = json.dumps(self._sim.world.as_dict(), indent=1)
            if text != self._saved:
                write(self._folder.world, text)
                self._saved = text


def _start(world: World, port: int) -> Simulator:
    """Start on the previous port if it is free, because the state contains the old address."""
    try:
        return Simulator(world, port=port).start()
    except OSError:
        return Simulator(world).start()


def _last_port(holder: TextIO) -> int:
    holder.seek(0)
    try:
        return urlsplit(str(json.load(holder)["url"])).port or 0
    except (ValueError, LookupError, TypeError):
        return 0


def _exists(holder: TextIO, folder: Folder) -> bool:
    """Return True if the file that the simulator has locked is still in the folder."""
    try:
        return os.path.samestat(os.fstat(holder.fileno()), folder.simulator.stat())
    except FileNotFoundError:
        return False


if __name__ == "__main__":
    serve(Folder(Path(sys.argv[1])))
