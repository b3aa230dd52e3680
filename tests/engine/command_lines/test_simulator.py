"""The lines that start the simulator, and those that it prints."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.support.example import HARBOUR, PIXEL
from tests.support.programs import program, share
from tests.support.stack import VENV, Stack
from tests.support.terminal import Terminal, follows, record

pytestmark = pytest.mark.engine

POINT_AT_IT = "pulumi config set metapixel:graphUrl {}"
WITH_WORLD = "python -m metapixel_simulator --world world.yaml --port 8765 --host 127.0.0.1"


@contextmanager
def serving(line: str, folder: Path) -> Iterator[str]:
    """Run a line that serves until it is ended; yields what it prints when it is ready."""
    process, printed = _started(line, folder)
    assert process.stdout
    with process:
        try:
            for each in process.stdout:
                printed += each
                if "pulumi config set" in each:
                    break
            record([line])
            yield printed
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=10)


def _started(line: str, folder: Path) -> tuple[subprocess.Popen[str], str]:
    """Return the process and its first line, once nobody else uses the port of the texts."""
    deadline = time.monotonic() + 60
    while True:
        process = subprocess.Popen(
            shlex.split(line),
            cwd=folder,
            env={**os.environ, "PATH": f"{VENV / 'bin'}:{os.environ['PATH']}"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert process.stdout
        first = process.stdout.readline()
        if first.startswith("Simulator ready at "):
            return process, first
        process.communicate()
        assert "port 8765 is in use" in first, first
        assert time.monotonic() < deadline, first
        time.sleep(0.5)


@follows(".venv/bin/metapixel simulator", POINT_AT_IT, "META_ACCESS_TOKEN=owner-token")
@follows("pulumi up")
def test_a_program_is_pointed_at_the_simulator_by_the_lines_that_it_prints(
    stack: Callable[..., Stack], checkout: Path
) -> None:
    made = stack(program(share("one", PIXEL, HARBOUR)), config={"metapixel:timeout": "9"})
    terminal = Terminal.of(made)
    del terminal.environment["META_ACCESS_TOKEN"]
    with serving(".venv/bin/metapixel simulator", checkout) as printed:
        (url,) = re.findall(r"  pulumi config set metapixel:graphUrl (\S+)", printed)

        terminal.type(POINT_AT_IT, url)
        terminal.type("pulumi up", options=["META_ACCESS_TOKEN=owner-token"])

        state = requests.get(f"{url}/_control/state", timeout=10).json()["world"]
        assert [request["agency"] for request in state["requests"]] == [HARBOUR]


@follows("metapixel simulator", "python -m metapixel_simulator", WITH_WORLD)
def test_every_way_to_start_the_simulator_serves_a_world(tmp_path: Path) -> None:
    (tmp_path / "world.yaml").write_text("businesses: [{id: 1, name: Acme}]")
    served = []
    for line in ("metapixel simulator", "python -m metapixel_simulator", WITH_WORLD):
        with serving(line, tmp_path) as printed:
            assert "http://127.0.0.1:8765" in printed
            state = requests.get("http://127.0.0.1:8765/_control/state", timeout=10).json()
            served.append([each["id"] for each in state["world"]["businesses"]])

    assert served[0] == served[1]
    assert HARBOUR in served[0]
    assert served[2] == ["1"]


@follows("--port")
def test_a_port_in_use_is_replaced_as_the_error_says(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, {"PATH": ""})
    with serving("metapixel simulator", tmp_path):
        refused = terminal.type("metapixel simulator", ok=False)
        assert "port 8765 is in use; choose another with --port" in refused.output
        # It serves until it is ended, so it is started here and not typed.
        with subprocess.Popen(
            [VENV / "bin/metapixel", "simulator", "--port", "0"],
            stdout=subprocess.PIPE,
            text=True,
        ) as other:
            assert other.stdout
            assert other.stdout.readline().startswith("Simulator ready at ")
            record(["--port"])
            other.terminate()


@follows("python -m metapixel_cli")
def test_the_command_line_lists_its_commands(tmp_path: Path) -> None:
    listed = Terminal(tmp_path, {"PATH": ""}).type("python -m metapixel_cli", ok=None)

    for command in ("access", "review", "simulator"):
        assert re.search(rf"(?m)^  {command} ", listed.output)
