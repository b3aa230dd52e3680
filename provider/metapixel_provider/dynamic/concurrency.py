"""More calls at once than the plugin's process serves by itself.

Pulumi starts a dynamic provider with a pool of 4 threads, so the calls of many resources wait for
each other although each of them only waits for Meta. The engine's `--parallel` stays the bound of
what it asks for, and the rate limits that of what is sent.
"""

from __future__ import annotations

import sys
import threading
from concurrent.futures import ThreadPoolExecutor

#: Enough for `--parallel 200`. Threads mostly wait: for one read that serves many, for the client,
#: which sends at most 64 calls at once, for Meta.
THREADS = 256


def widen_pool(threads: int = THREADS) -> bool:
    """Lets this plugin process serve more calls at once; whether it could.

    The pool is a local of Pulumi's own `main`, which waits in the main thread. Where Pulumi's
    insides are not as known, nothing is changed.
    """
    frame = sys._current_frames().get(threading.main_thread().ident or 0)
    while frame is not None:
        if frame.f_globals.get("__name__") == "__main__" and frame.f_code.co_name == "main":
            state = getattr(frame.f_locals.get("server"), "_state", None)
            pool = getattr(state, "thread_pool", None)
            if not isinstance(pool, ThreadPoolExecutor):
                return False
            most = getattr(pool, "_max_workers", None)
            waiting = getattr(getattr(pool, "_work_queue", None), "qsize", None)
            if not isinstance(most, int) or most >= threads or not callable(waiting):
                return False
            pool._max_workers = threads
            # Threads start when work comes in: without this, what waits already waits for 4.
            for _ in range(min(threads, waiting())):
                pool.submit(int)
            return True
        frame = frame.f_back
    return False
