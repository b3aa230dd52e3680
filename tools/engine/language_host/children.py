"""The processes that the host starts, and their output.

A program is interrupted if the engine cancels the run, or ends its call. The output of all other
processes, such as plugins, is piped. The engine cancels plugins itself. The host kills such a
process when the engine ends its call.
"""

import os
import queue
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

import grpc

PATIENCE = 5.0  # seconds between asking a process to stop and killing it

Child = subprocess.Popen[bytes]


class Children:
    """The running processes. Each ends before its call and before the host."""

    def __init__(self) -> None:
        self._running: set[Child] = set()
        self._programs: set[Child] = set()

    def start(
        self,
        command: Sequence[str],
        context: grpc.ServicerContext,
        *,
        env: Mapping[str, str],
        cwd: str | Path | None = None,
        piped: bool = False,
    ) -> Child:
        """Start a process. Unless piped, its output goes to the output of the host."""
        pipe = subprocess.PIPE if piped else None
        child = subprocess.Popen(command, env=env, cwd=cwd, stdout=pipe, stderr=pipe)
        self._running.add(child)
        if piped:
            context.add_callback(child.kill)
        else:
            self._programs.add(child)
            context.add_callback(lambda: _interrupt(child))
        return child

    def wait(self, child: Child) -> int:
        """Wait until a process has ended, and return its exit code."""
        code = child.wait()
        self._running.discard(child)
        self._programs.discard(child)
        return code

    def interrupt(self) -> None:
        """Ask every program to stop, and kill it if it does not stop soon."""
        for child in list(self._programs):
            _interrupt(child)

    def kill(self) -> None:
        """Kill every process."""
        for child in list(self._running):
            child.kill()


def output(child: Child) -> Iterator[tuple[str, bytes]]:
    """Yield the output of a piped process at once, as pairs of `stdout` or `stderr` and bytes."""
    written: queue.SimpleQueue[tuple[str, bytes]] = queue.SimpleQueue()

    def pump(name: str, pipe: IO[bytes]) -> None:
        while data := os.read(pipe.fileno(), 65536):
            written.put((name, data))
        written.put((name, b""))

    pipes = {"stdout": child.stdout, "stderr": child.stderr}
    for name, pipe in pipes.items():
        threading.Thread(target=pump, args=(name, pipe), daemon=True).start()
    still_open = len(pipes)
    while still_open:
        name, data = written.get()
        if data:
            yield name, data
        else:
            still_open -= 1


def _interrupt(child: Child) -> None:
    if child.poll() is None:
        child.send_signal(signal.SIGINT)
        killer = threading.Timer(PATIENCE, child.kill)
        killer.daemon = True
        killer.start()
