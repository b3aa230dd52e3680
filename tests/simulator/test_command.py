"""The command that starts the simulator."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import pytest
import requests

from tests.conftest import Approve

Start = Callable[..., tuple[subprocess.Popen[str], IO[str]]]
PROFILE = """{version: 1, probed_on: today, api_version: v26.0, switches: {
repeat_share: {verdict: other, answer: union}, request_expiry: {verdict: same, answer: 30},
empty_edge: {verdict: not run}}}"""


@pytest.fixture
def started() -> Iterator[Start]:
    """Start the command; ends it whatever happens."""
    running: list[subprocess.Popen[str]] = []

    def start(*options: str) -> tuple[subprocess.Popen[str], IO[str]]:
        process = subprocess.Popen(
            [sys.executable, "-m", "metapixel_simulator", "--port", "0", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        running.append(process)
        assert process.stdout
        return process, process.stdout

    yield start
    for process in running:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_serves_until_it_is_told_to_end(
    started: Start, number: signal.Signals, approve: Approve
) -> None:
    process, output = started()
    ready = output.readline()
    url = ready.split()[-1]
    served = requests.get(f"{url}/me?access_token=owner-token", timeout=10).json()

    process.send_signal(number)
    process.wait(timeout=10)
    shown = output.read()

    assert ready.startswith("Simulator ready at http://127.0.0.1:")
    assert served["name"] == "Acme deploys"
    assert process.returncode == 0
    approve("simulator-command.txt", shown.replace(url, "URL"))


def test_the_command_serves_a_world_file_with_a_profile(started: Start, tmp_path: Path) -> None:
    world, profile = tmp_path / "world.yaml", tmp_path / "profile.yaml"
    world.write_text(
        "businesses: [{id: 1, name: Acme}]\nusers: [{id: 2, name: A}]\napps: [{id: 3}]\n"
        "tokens: [{token: owner-token, user: 2, app: 3}]"
    )
    profile.write_text(PROFILE)

    process, output = started("--world", str(world), "--profile", str(profile))

    state = requests.get(f"{output.readline().split()[-1]}/_control/state", timeout=10).json()
    assert state["world"]["businesses"] == [{"id": "1", "name": "Acme"}]
    process.terminate()
    told = f"{profile} (answers: 2, other than the default of the switch: 1)\n"
    assert told in output.read()


@pytest.mark.parametrize(
    ("option", "told"), [("--world", "version: no such field"), ("--profile", "probed_on: is")]
)
def test_what_cannot_be_served_is_one_sentence(
    started: Start, tmp_path: Path, option: str, told: str
) -> None:
    file = tmp_path / "file.yaml"
    file.write_text("{version: 1}")

    process, output = started(option, str(file))

    assert process.wait(timeout=10) == 1
    assert output.read().startswith(f"Error: {file}: {told}")
