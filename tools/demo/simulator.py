"""The simulator in the background: found, started, asked and ended."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from dataclasses import dataclass

from metapixel_simulator import World
from tools.demo.failure import DemoError
from tools.demo.folder import ROOT, Folder, locked
from tools.demo.waiting import wait_until

_START = 30.0
_END = 5.0

#: The simulator is on this machine: a proxy of the environment has no part in it.
_open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


@dataclass(frozen=True)
class Running:
    """A simulator that serves a folder."""

    pid: int
    url: str

    @property
    def page(self) -> str:
        """The page for people."""
        return f"{self.url}/_page"

    def world(self) -> World:
        """The world as it stands."""
        with _open(f"{self.url}/_control/state", timeout=10) as answer:
            return World.parse(json.dumps(json.load(answer)["world"]))


def find(folder: Folder) -> Running | None:
    """The simulator that serves the folder, known by the lock it holds; None without one."""
    try:
        with folder.simulator.open() as holder:
            if locked(holder):
                return None
            found = json.load(holder)
            return Running(int(found["pid"]), str(found["url"]))
    except (FileNotFoundError, ValueError, KeyError):
        return None


def start(folder: Folder) -> Running:
    """Starts one. Raises DemoError with the last words of its log where it does not come up."""
    with folder.log.open("w") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "tools.demo.server", str(folder.path)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # Ctrl-C at the terminal ends the run, not the simulator.
            start_new_session=True,
        )
    found: list[Running] = []

    def is_up() -> bool:
        running = find(folder)
        if running is not None and running.pid == child.pid:
            found.append(running)
        return bool(found) or child.poll() is not None

    if not wait_until("starting the simulator", is_up, limit=_START):
        child.kill()
        child.wait()
    if not found:
        last = " / ".join(folder.log.read_text().strip().splitlines()[-2:]) or "it said nothing"
        raise DemoError(f"the simulator did not start: {last}; its log is {folder.log}")
    return found[0]


def end(folder: Folder) -> bool:
    """Ends the simulator of the folder, if there is one; True where there was."""
    running = find(folder)
    if running is None:
        return False
    os.kill(running.pid, signal.SIGTERM)
    gone = "waiting for the simulator to end"
    if not wait_until(gone, lambda: find(folder) is None, limit=_END):
        os.kill(running.pid, signal.SIGKILL)
        wait_until(gone, lambda: find(folder) is None, limit=_END)
    return True
