"""An empty place for a stack's state, for use in a test."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Backend:
    """A place for state that contains nothing yet.

    `url` is the argument of `pulumi login`. `writer` and `reader` are environment variables: a
    command with `writer` may read and write, and a command with `reader` may only read. `stored`
    returns every file that the engine has stored, by name.
    """

    url: str
    writer: Mapping[str, str]
    reader: Mapping[str, str]
    stored: Callable[[], dict[str, bytes]]


def free_port() -> int:
    """Return a free port on localhost."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert isinstance(port, int)
    return port
