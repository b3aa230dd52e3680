"""An empty place for state, as a test uses it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Backend:
    """A place for state that contains nothing yet.

    `url` is the argument of `pulumi login`. `writer` and `reader` are environments: with the first,
    a command reads and writes; with the second, it may only read. `stored` returns every file that
    the engine has stored, by its name.
    """

    url: str
    writer: Mapping[str, str]
    reader: Mapping[str, str]
    stored: Callable[[], dict[str, bytes]]


def free_port() -> int:
    """Return a port of this machine that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert isinstance(port, int)
    return port
