"""Three changes of the plugin process in which Pulumi runs dynamic providers.

Pulumi starts the process with `python -m pulumi.dynamic`, and has no setting for them. If a
version of Pulumi works in another way, nothing is changed. Other dynamic providers of the same
program are left alone. Source: `pulumi/dynamic/__main__.py`.
"""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from metapixel_provider.process import THREADS

_enlarging = threading.Lock()


def show_only_the_message(error: type[Exception]) -> None:
    """Let the plugin print an error of this class as `Class: message`, without its traceback.

    The plugin prints what `traceback.format_exc()` returns, which is nine lines more for each error
    of a resource. So the module `traceback` is replaced in the plugin's main module.
    """

    def format_exc() -> str:
        class_, raised, _ = sys.exc_info()
        if class_ is error:
            return "".join(traceback.format_exception_only(raised))
        return traceback.format_exc()

    plugin = sys.modules["__main__"]
    if getattr(plugin, "traceback", None) is traceback:
        plugin.traceback = SimpleNamespace(format_exc=format_exc)  # type: ignore[attr-defined]


def on_cancel(cancel: Callable[[], None]) -> None:
    """Call a function when the engine calls `Cancel`, which the plugin ignores.

    The server already refers to the function `Cancel` of the plugin, and would not call another
    one. So this function itself gets the code of `answer`, and its default values.
    """

    # Code that uses variables of an outer function does not fit `Cancel`. So `cancel` is a default.
    def answer(self: Any, request: Any, context: Any, cancel: Callable[[], None] = cancel) -> Any:
        from google.protobuf.empty_pb2 import Empty

        cancel()
        return Empty()

    servicer = getattr(sys.modules["__main__"], "DynamicResourceProviderServicer", None)
    function: Any = getattr(servicer, "Cancel", None)
    code = getattr(function, "__code__", None)
    # Another version of Pulumi may have another function, which is left alone.
    if code and code.co_varnames == ("self", "request", "context"):
        function.__code__, function.__defaults__ = answer.__code__, answer.__defaults__


def enlarge_pool(threads: int = THREADS) -> None:
    """Add workers to the thread pool that runs the calling thread, up to `threads` in the process.

    Pulumi starts the pool with 4 threads, which would only wait for Meta. The engine's `--parallel`
    still limits the number of parallel operations.
    """
    # A pool has no method that adds workers. But a thread with the same function and arguments as a
    # worker takes tasks from the same queue.
    worker = threading.current_thread()
    work, arguments = getattr(worker, "_target", None), getattr(worker, "_args", ())
    is_worker = getattr(work, "__module__", "") == "concurrent.futures.thread"
    if not is_worker:
        return
    # The operations in other workers call this function too, and need not wait for this one.
    if _enlarging.acquire(blocking=False):
        for _ in range(threads - threading.active_count()):
            threading.Thread(target=work, args=arguments, daemon=True).start()
        _enlarging.release()
