"""Protection of a few steps from Ctrl-C and from a request to terminate."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import FrameType


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Delay Ctrl-C and a request to terminate until the end of the block."""
    received: list[int] = []
    with _handling(lambda number, frame: received.append(number), signal.SIGINT, signal.SIGTERM):
        yield
    if received:
        raise KeyboardInterrupt


def termination_as_interrupt() -> AbstractContextManager[None]:
    """Raise KeyboardInterrupt in the block if this process is requested to terminate."""
    return _handling(signal.default_int_handler, signal.SIGTERM)


@contextmanager
def _handling(
    handler: Callable[[int, FrameType | None], object], *numbers: signal.Signals
) -> Iterator[None]:
    former = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, before in former.items():
            signal.signal(number, before)
