"""The plugin's process and the engine that started it."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

from metapixel_provider.process.engine_watch import end_with_the_engine, has_ended

PLUGIN = """
import sys, threading
from metapixel_provider.process.engine_watch import end_with_the_engine
assert end_with_the_engine(sys.argv[-1])
print("ready", flush=True)
threading.Event().wait(30)
"""


@pytest.mark.parametrize("argument", ["plugin", "2", "--verbose", "host:name"])
def test_without_an_engines_address_nothing_is_watched(argument: str) -> None:
    assert not end_with_the_engine(argument)


def test_an_engine_that_the_system_does_not_let_us_reach_has_not_ended() -> None:
    assert not has_ended(("255.255.255.255", 1))


@pytest.mark.parametrize(
    "program",
    [["-c", PLUGIN], ["-m", "metapixel_plugin"]],
    ids=["a configured plugin", "the native plugin before its configuration"],
)
def test_the_process_ends_once_its_engine_no_longer_answers(program: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as engine:
        address = "{}:{}".format(*engine.getsockname())
        plugin = subprocess.Popen(
            [sys.executable, *program, "--logflow", address], stdout=subprocess.PIPE, text=True
        )
        assert plugin.stdout is not None
        assert plugin.stdout.readline() != ""
        with pytest.raises(subprocess.TimeoutExpired):
            plugin.wait(1)
    with plugin:
        assert plugin.wait(10) == 1
