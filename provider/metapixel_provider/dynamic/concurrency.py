"""A larger thread pool for the plugin's process.

Pulumi starts a dynamic provider with a pool of 4 threads. With many resources, operations would
wait for a thread although the 4 threads only wait for Meta. The engine's `--parallel` still limits
the number of parallel operations, and the rate limiter limits the calls to Meta.
"""

from __future__ import annotations

import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from metapixel_provider.plugin.threads import THREADS


def enlarge_pool(threads: int = THREADS) -> bool:
    """Enlarge the thread pool of this plugin process. Return whether the pool was enlarged.

    The pool is a local variable of Pulumi's `main`, which waits in the main thread. Nothing is
    changed if a version of Pulumi works in another way.
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
            # A pool adds a thread only when work is submitted. Without these submissions, the work
            # in the queue would still run in 4 threads.
            for _ in range(min(threads, waiting())):
                pool.submit(int)
            return True
        frame = frame.f_back
    return False
