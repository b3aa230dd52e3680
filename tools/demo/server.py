"""The simulator's process: it serves, and keeps its world in a file so that nothing is lost.

Started with the folder as its argument. It ends when it is told to, or when its folder is gone.
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
from tools.demo.waiting import wait_until

_SAVE_EVERY = 0.2
_LOOKING = 2.0


def serve(folder: Folder) -> None:
    """Serves until it is ended."""
    with folder.simulator.open("a+") as holder:
        # Whoever looks whether a simulator runs holds the lock for a moment.
        if not wait_until("waiting for the folder", lambda: locked(holder), limit=_LOOKING):
            sys.exit("a simulator serves this folder already")
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
        while not stop.wait(_SAVE_EVERY) and _still_there(holder, folder):
            keeper.save()  # what people do on the page
        sim.stop()
        keeper.save()


class _Keeper:
    """Keeps the world in the folder's file."""

    def __init__(self, folder: Folder, sim: Simulator) -> None:
        self._folder = folder
        self._sim = sim
        self._saved = ""

    def after_a_write(self, entry: Entry, phase: str) -> None:
        """Saves before a write is answered: what the provider was told is never lost."""
        if phase == "after" and entry.method != "GET":
            self.save()

    def save(self) -> None:
        """Writes the world where it has changed, unless its folder is gone."""
        with self._sim.lock, suppress(FileNotFoundError):
            text = json.dumps(self._sim.world.as_dict(), indent=1)
            if text != self._saved:
                write(self._folder.world, text)
                self._saved = text


def _start(world: World, port: int) -> Simulator:
    """On the port of the last time, if that is free: the address stands in the stack's state."""
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


def _still_there(holder: TextIO, folder: Folder) -> bool:
    try:
        return os.path.samestat(os.fstat(holder.fileno()), folder.simulator.stat())
    except FileNotFoundError:
        return False


if __name__ == "__main__":
    serve(Folder(Path(sys.argv[1])))
