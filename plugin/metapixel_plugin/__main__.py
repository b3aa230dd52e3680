"""Start the plugin: serve the engine, whose address is the last argument, and print the port."""

from __future__ import annotations

import gc
import signal
import sys


def main() -> None:
    # A terminal sends SIGINT to the plugin too. The engine asks with `Cancel` instead.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What is imported stays in memory, so the garbage collector need not search it. Later, it
    # searches rarely, because the process ends with the engine's command.
    gc.disable()
    from metapixel_plugin.service import serve

    gc.freeze()
    gc.set_threshold(20_000)
    gc.enable()
    serve(sys.argv[-1])


if __name__ == "__main__":
    main()
