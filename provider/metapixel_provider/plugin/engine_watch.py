"""A thread that ends the plugin's process when the engine that started it has ended.

A killed engine leaves its plugins running. Such a plugin could send a call minutes later, after a
rate limit or a pause, and undo changes of the next run.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Sequence

#: Seconds between two checks. The next command needs more time than this to start.
CHECK_EVERY = 0.25


def end_with_the_engine(arguments: Sequence[str]) -> bool:
    """Watch the engine, whose address is the last argument of the plugin, after options for logs.

    Return whether the arguments contain this address. Without the address, nothing is watched.
    """
    host, _, port = arguments[-1].rpartition(":")
    if not host or not port.isdigit():
        return False
    threading.Thread(target=_watch, args=((host, int(port)),), daemon=True).start()
    return True


def _watch(engine: tuple[str, int]) -> None:
    while True:
        try:
            socket.create_connection(engine, timeout=5).close()
        except ConnectionRefusedError:
            # The engine has ended, so no other thread may continue.
            os._exit(1)
        except OSError:
            pass  # For example, no port is free for a moment. The next check decides.
        time.sleep(CHECK_EVERY)
