"""Ends the plugin's process when the engine that started it is gone.

An engine that is killed leaves its plugins running. A call that waits there, for a rate limit or
before a repetition, would be sent minutes later, against what the next run has brought about.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Sequence

#: Seconds between two looks: less than the next command takes to start.
LOOKS_EVERY = 0.25


def end_with_the_engine(arguments: Sequence[str]) -> bool:
    """Watches the engine, whose address Pulumi gives as the only argument; whether it could.

    Where there is no such address nothing is watched.
    """
    host, _, port = arguments[1].rpartition(":") if len(arguments) == 2 else ("", "", "")
    if not host or not port.isdigit():
        return False
    threading.Thread(target=_watch, args=((host, int(port)),), daemon=True).start()
    return True


def _watch(engine: tuple[str, int]) -> None:
    while True:
        try:
            socket.create_connection(engine, timeout=5).close()
        except ConnectionRefusedError:
            # Nobody is left to tell, and no other thread may go on.
            os._exit(1)
        except OSError:
            pass  # Such as no free port for a moment: the next look tells.
        time.sleep(LOOKS_EVERY)
