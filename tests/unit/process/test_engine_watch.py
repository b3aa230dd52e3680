"""The plugin's process and the engine that started it."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

from metapixel_provider.process.engine_watch import end_with_the_engine

PLUGIN = """
import sys, threading
from metapixel_provider.process.engine_watch import end_with_the_engine
assert end_with_the_engine(sys.argv)
print("ready", flush=True)
threading.Event().wait(30)
"""


@pytest.mark.parametrize("arguments", [["plugin"], ["plugin", "1", "2"], ["plugin", "--verbose"]])
def test_without_an_engines_address_nothing_is_watched(arguments: list[str]) -> None:
    assert not end_with_the_engine(arguments)


def test_the_process_ends_once_its_engine_no_longer_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as engine:
        address = "{}:{}".format(*engine.getsockname())
        plugin = subprocess.Popen(
            [sys.executable, "-c", PLUGIN, "--logflow", address], stdout=subprocess.PIPE, text=True
        )
        assert plugin.stdout is not None
        assert plugin.stdout.readline() == "ready\n"
        with pytest.raises(subprocess.TimeoutExpired):
            plugin.wait(1)
    with plugin:
        assert plugin.wait(10) == 1
