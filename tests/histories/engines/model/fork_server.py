"""Forks plugin processes that have imported everything already: a fresh one in milliseconds.

Each line on stdin is a module and the address of an engine. For each, a process of its own runs
what Pulumi runs, such as `python -u -m pulumi.dynamic ADDRESS`, which prints its port; the process
id precedes it. Nothing of the provider or of Pulumi is replaced but the clock. It runs fast, so
that pauses of the provider take milliseconds.
"""

from __future__ import annotations

import gc
import importlib
import os
import runpy
import signal
import sys
import time

from tests.support.quick.server import NATIVE, PLUGIN

#: How many times as fast as the real clock the plugin's clock is.
SPEED = 200.0


def main() -> None:
    """Fork a plugin for each line, until stdin ends."""
    _run_clock_fast()
    for module in (*PLUGIN, *NATIVE):
        importlib.import_module(module)
    _watch_the_engine_in_real_time()
    # Reaps the children, and does not touch what was imported, so that forks share its memory.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    gc.freeze()
    for line in iter(sys.stdin.readline, ""):
        if os.fork() == 0:
            _serve(*line.split())


def _serve(module: str, engine: str) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), sys.stdin.fileno())
    sys.argv = [module, engine]
    os.write(1, f"{os.getpid()} ".encode())
    try:
        runpy.run_module(f"{module}.__main__", run_name="__main__", alter_sys=True)
    finally:
        os._exit(1)


def _run_clock_fast() -> None:
    monotonic, sleep = time.monotonic, time.sleep
    time.monotonic = lambda: monotonic() * SPEED
    time.sleep = lambda seconds: sleep(float(seconds) / SPEED)


def _watch_the_engine_in_real_time() -> None:
    from metapixel_provider.process import engine_watch

    engine_watch.CHECK_EVERY *= SPEED


if __name__ == "__main__":
    main()
