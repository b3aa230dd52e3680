"""The lines that start the simulator, and those that it prints."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from metapixel_simulator.cli import simulator
from tests.support.example import HARBOUR, PIXEL
from tests.support.programs import program, share
from tests.support.stack import VENV, Stack
from tests.support.terminal import Terminal, follows, record
from tools.version import NUMBER

pytestmark = pytest.mark.engine

POINT_AT_IT = "pulumi config set metapixel:graphUrl {}"
WITH_WORLD = "python -m metapixel_simulator --world world.yaml --port 8765 --host 127.0.0.1"


@contextmanager
def serving(line: str, folder: Path) -> Iterator[str]:
    """Run a line that serves until it is ended. Yield the URL that it prints.

    The simulator uses a free port, because somebody may use the port of the texts.
    """
    process = subprocess.Popen(
        [*shlex.split(line), "--port", "0"],
        cwd=folder,
        env={**os.environ, "PATH": f"{VENV / 'bin'}:{os.environ['PATH']}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with process:
        try:
            assert process.stdout
            printed = iter(process.stdout.readline, "")
            urls = (re.findall(r"  pulumi config set metapixel:graphUrl (\S+)", x) for x in printed)
            (url,) = next(filter(None, urls))
            record([line])
            yield url
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=10)


@follows("metapixel simulator", POINT_AT_IT, "pulumi up")
def test_a_program_is_pointed_at_the_simulator_by_the_lines_that_it_prints(
    stack: Callable[..., Stack], tmp_path: Path
) -> None:
    made = stack(program(share("one", PIXEL, HARBOUR)), config={"metapixel:timeout": "9"})
    terminal = Terminal.of(made)
    with serving("metapixel simulator", tmp_path) as url:
        terminal.type(POINT_AT_IT, url)
        terminal.type("pulumi up")

        state = requests.get(f"{url}/_control/state", timeout=10).json()["world"]
        assert [request["agency"] for request in state["requests"]] == [HARBOUR]
        made.destroy()


@follows("metapixel simulator", "python -m metapixel_simulator", WITH_WORLD)
def test_every_way_to_start_the_simulator_serves_a_world(tmp_path: Path) -> None:
    (tmp_path / "world.yaml").write_text("businesses: [{id: 1, name: Acme}]")
    served = []
    for line in ("metapixel simulator", "python -m metapixel_simulator", WITH_WORLD):
        with serving(line, tmp_path) as url:
            state = requests.get(f"{url}/_control/state", timeout=10).json()
            served.append([each["id"] for each in state["world"]["businesses"]])

    assert served[0] == served[1]
    assert HARBOUR in served[0]
    assert served[2] == ["1"]


@follows("--port")
def test_a_port_in_use_is_replaced_as_the_error_says(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, {"PATH": ""})
    with serving("metapixel simulator", tmp_path) as url:
        port = url.rpartition(":")[2]
        refused = terminal.type("metapixel simulator", options=[f"--port {port}"], ok=False)
        assert f"port {port} is in use; choose another with --port" in refused.output
        with serving("metapixel simulator", tmp_path) as other:
            assert other != url


def test_the_port_of_the_texts_is_the_default() -> None:
    (port,) = (each for each in simulator.params if each.name == "port")

    assert port.default == 8765


@follows("python -m metapixel_cli", "metapixel --version")
def test_the_command_line_lists_its_commands_and_its_version(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, {"PATH": ""})
    listed = terminal.type("python -m metapixel_cli", ok=False)
    assert terminal.type("metapixel --version").text.startswith(f"metapixel, version {NUMBER}")

    for command in ("access", "review", "simulator"):
        assert re.search(rf"(?m)^  {command} ", listed.output)
