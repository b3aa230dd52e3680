"""A thread that ends the plugin's process when the engine that started it has ended.

A killed engine leaves its plugins running. Such a plugin could send a call minutes later, after a
rate limit or a pause, and undo changes of the next run.
"""

from __future__ import annotations

import functools
import os
import socket
import threading
import time

#: Seconds between two checks. The next command needs more time than this to start.
CHECK_EVERY = 0.25


@functools.cache
def end_with_the_engine(address: str) -> bool:
    """Watch the engine at an address. Return False if the text is not an address."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit():
        return False
    threading.Thread(target=_watch, args=((host, int(port)),), daemon=True).start()
    return True


def has_ended(engine: tuple[str, int]) -> bool:
    try:
        socket.create_connection(engine, timeout=5).close()
    except OSError as error:
        # Another error says nothing, for example if no port is free for a moment.
        return isinstance(error, ConnectionRefusedError)
    return False


def _watch(engine: tuple[str, int]) -> None:
    while not has_ended(engine):
        time.sleep(CHECK_EVERY)
    # No other thread may continue.
    os._exit(1)
