"""Changes of the world while the code under test calls Meta."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from metapixel_simulator import Simulator
from metapixel_simulator.request_log import Entry


@contextmanager
def changing(
    sim: Simulator, moment: tuple[str, str], change: Callable[[], object], nth: int = 1
) -> Iterator[None]:
    """Change the world once, at the nth call of an endpoint, in the phase "before" or "after".

    The code within the context must cause this call, and read from the changed world afterwards.
    """
    calls = reads = 0

    def watch(entry: Entry, phase: str) -> None:
        nonlocal calls, reads
        if calls < nth and (entry.endpoint, phase) == moment:
            calls += 1
            if calls == nth:
                change()
        elif calls == nth and entry.method == "GET" and phase == "after":
            reads += 1

    sim.on_request = watch
    try:
        yield
    finally:
        sim.on_request = None
    assert calls == nth, f"the world did not change: {calls} calls"
    assert reads, "nothing was read from the changed world"
