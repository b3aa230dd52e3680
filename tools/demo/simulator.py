"""The simulator process of the demonstration."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass

from tools.demo.folder import DemoError, Folder, locked
from tools.engine.progress import wait_until
from tools.stack import ROOT

_START = 30.0
_END = 5.0


@dataclass(frozen=True)
class Running:
    """A running simulator that serves a folder."""

    pid: int
    url: str

    @property
    def page(self) -> str:
        """The address of the page where people accept or decline requests."""
        return f"{self.url}/_page"


def find(folder: Folder) -> Running | None:
    """Return the simulator that serves the folder, or None. A running simulator holds a lock."""
    try:
        with folder.simulator.open() as holder:
            if locked(holder):
                return None
            found = json.load(holder)
            return Running(int(found["pid"]), str(found["url"]))
    except (FileNotFoundError, ValueError, KeyError):
        return None


def start(folder: Folder) -> Running:
    """Start a simulator. Raise DemoError with the end of its log if it does not start."""
    with folder.log.open("w") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "tools.demo.server", str(folder.path)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # Ctrl-C in the terminal must not end the simulator.
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
        last = " / ".join(folder.log.read_text().strip().splitlines()[-2:]) or "no output"
        raise DemoError(f"the simulator did not start: {last}; its log is {folder.log}")
    return found[0]


def end(folder: Folder) -> bool:
    """End the simulator that serves the folder. Return False if no simulator was running."""
    running = find(folder)
    if running is None:
        return False
    os.kill(running.pid, signal.SIGTERM)
    doing = "waiting for the simulator to end"
    if not wait_until(doing, lambda: find(folder) is None, limit=_END):
        os.kill(running.pid, signal.SIGKILL)
        wait_until(doing, lambda: find(folder) is None, limit=_END)
    return True
