"""Processes of a running Pulumi command, and ways to kill them during a call to the simulator."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from metapixel_simulator import Simulator
from metapixel_simulator.request_log import Entry
from tests.support.stack import Run, Stack

#: The seconds after which a command that should have been killed is taken for hanging.
PATIENCE = 120.0


@dataclass
class Kill:
    """A kill of processes during a call to the simulator, or another signal to them.

    `call` is the number of the call, from 1. `phase` is `before` or `after` the effect of the call.
    `what` is killed: every `plugin`, only the `engine`, the whole `command` with all its processes,
    or its process `group`, which a terminal interrupts. If `endpoint` is set, only calls to this
    endpoint are counted.
    """

    call: int
    phase: str
    what: str
    endpoint: str = ""
    signal: int = signal.SIGKILL
    seen: int = 0
    killed: list[int] = field(default_factory=list)
    plugins: list[int] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, stack: Stack, sim: Simulator, *arguments: str, **environment: str) -> Run:
        """Run a command until it ends or is killed.

        Raises subprocess.TimeoutExpired, and leaves no process, if the command hangs.
        """
        stack.use_real_processes()
        process = stack.start(*arguments, **environment)

        def on_request(entry: Entry, phase: str) -> None:
            with self._lock:
                if phase != self.phase or self.endpoint not in ("", entry.endpoint):
                    return
                self.seen += 1
                if self.seen == self.call:
                    self._strike(process.pid)

        sim.on_request = on_request
        try:
            output, _ = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            for each in (process.pid, *descendants(process.pid)):
                os.kill(each, signal.SIGKILL)
            process.communicate()
            raise
        finally:
            sim.on_request = None
        for attributes in stack.home.rglob("*.attrs"):
            # A kill during the engine's own write leaves an empty file, which the engine cannot
            # read (see the known limits). Without the file, the engine continues.
            if attributes.stat().st_size == 0:
                attributes.unlink()
        return Run(process.returncode, output)

    def _strike(self, pid: int) -> None:
        started = descendants(pid)
        self.plugins = [each for each in started if is_plugin(each)]
        victims = {
            "plugin": self.plugins,
            "engine": [pid],
            "command": [pid, *started],
            "group": [each for each in (pid, *started) if os.getpgid(each) == os.getpgid(pid)],
        }[self.what]
        # The command can end, and its test go on, before this thread does.
        self.killed = victims
        for each in victims:
            os.kill(each, self.signal)


def wait_for(plugins: list[int]) -> None:
    """Wait until these plugins have ended. Fail after 10 seconds."""
    deadline = time.monotonic() + 10
    while any(map(is_plugin, plugins)):
        assert time.monotonic() < deadline, f"a plugin did not end within 10 s: {plugins}"
        time.sleep(0.05)


def descendants(pid: int) -> list[int]:
    """Return the child processes of a process, and all their child processes."""
    parents: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                status = (folder / "stat").read_text()
            except OSError:
                continue
            parent = int(status.rpartition(")")[2].split()[1])
            parents.setdefault(parent, []).append(int(folder.name))
    found, left = [], [pid]
    while left:
        children = parents.get(left.pop(), [])
        found += children
        left += children
    return found


def of_a_job() -> Callable[[], list[int]]:
    """Return a function that returns the processes which this one has started since this call.

    Earlier ones, such as the warm server, serve other tests too.
    """
    standing = descendants(os.getpid())
    return lambda: [each for each in descendants(os.getpid()) if each not in standing]


def is_plugin(pid: int) -> bool:
    """Return True if a running process serves a dynamic provider, or is the native plugin."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return False
    return re.search(r"pulumi\.dynamic|/plugin\S* \S+:\d+ $", command) is not None
