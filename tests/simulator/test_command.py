"""Starting it: from the command line, and as a pytest fixture."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import IO

import pytest
import requests

from metapixel_simulator import Simulator

Start = Callable[..., tuple[subprocess.Popen[str], str]]


@pytest.fixture
def started() -> Iterator[Start]:
    """Start the command and wait for its ready line; ends it whatever happens."""
    running: list[subprocess.Popen[str]] = []

    def start(*options: str) -> tuple[subprocess.Popen[str], str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "metapixel_simulator", "--port", "0", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        running.append(process)
        return process, _output(process).readline()

    yield start
    for process in running:
        process.kill()
        process.communicate()


def _output(process: subprocess.Popen[str]) -> IO[str]:
    assert process.stdout is not None
    return process.stdout


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_serves_until_it_is_told_to_end(started: Start, number: signal.Signals) -> None:
    process, ready = started()
    url = ready.split()[-1]
    served = requests.get(f"{url}/me?access_token=owner-token", timeout=10).json()

    told = list(iter(_output(process).readline, "  export META_ACCESS_TOKEN=owner-token\n"))
    process.send_signal(number)
    process.wait(timeout=10)

    assert ready.startswith("Simulator ready at http://127.0.0.1:")
    assert served["name"] == "Acme deploys"
    assert process.returncode == 0
    assert _output(process).read() == "Simulator stopped.\n"
    shown = "".join(told)
    for each in (f"{url}/_page", f"{url}/_control", "owner-token (ADMIN of Acme Outdoor)\n"):
        assert each in shown
    assert f"pulumi config set metapixel:graphUrl {url}" in shown


def test_the_command_says_what_is_special_about_a_token(started: Start) -> None:
    process, _ = started()

    told = "".join(iter(_output(process).readline, "  export META_ACCESS_TOKEN=owner-token\n"))

    for each in (
        "expired-token (ADMIN of Acme Outdoor, expired)",
        "unscoped-token (ADMIN of Acme Outdoor, only the scope ads_read)",
        "employee-token (EMPLOYEE of Acme Outdoor)",
        "edit-token (ADMIN of Acme Outdoor, its app may grant EDIT)",
        "secured-token (ADMIN of Acme Outdoor, its app has a secret)",
    ):
        assert each in told


def test_the_command_counts_the_switches_that_a_profile_sets(
    started: Start, tmp_path: Path
) -> None:
    profile = tmp_path / "profile.yaml"
    profile.write_text(
        "{version: 1, probed_on: today, api_version: v26.0, switches: {"
        "repeat_share: {verdict: other, answer: union}, "
        "request_expiry: {verdict: same, answer: 30}, "
        "empty_edge: {verdict: not run}}}"
    )

    process, _ = started("--profile", str(profile))

    told = "".join(iter(_output(process).readline, "  export META_ACCESS_TOKEN=owner-token\n"))
    assert f"{profile} (answers: 2, other than the default of the switch: 1)\n" in told


@pytest.mark.parametrize("module", ["click", "jinja2", "pydantic", "werkzeug", "yaml"])
def test_without_its_extra_the_command_says_what_to_install(module: str) -> None:
    code = (
        f"import runpy, sys; sys.modules['{module}'] = None\n"
        "runpy.run_module('metapixel_simulator', run_name='__main__')"
    )

    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert ran.returncode == 1
    assert ran.stderr == (
        "metapixel_simulator needs pulumi-metapixel[simulator]: "
        "pip install 'pulumi-metapixel[simulator]'\n"
    )


def test_the_command_serves_a_world_file(started: Start, tmp_path: Path) -> None:
    path = tmp_path / "world.yaml"
    path.write_text("businesses: [{id: 1, name: Acme}]", encoding="utf-8")

    _, ready = started("--world", str(path))

    state = requests.get(f"{ready.split()[-1]}/_control/state", timeout=10).json()
    assert state["world"]["businesses"] == [{"id": "1", "name": "Acme"}]


def test_a_wrong_world_file_is_one_sentence(started: Start, tmp_path: Path) -> None:
    path = tmp_path / "world.yaml"
    path.write_text("businesses: [{id: one, name: Acme}]", encoding="utf-8")

    process, told = started("--world", str(path))

    assert process.wait(timeout=10) == 1
    assert told == f"Error: {path}: businesses[0].id: must be an id in digits, not 'one'\n"


def test_a_taken_port_is_one_sentence(started: Start, sim: Simulator) -> None:
    port = sim.url.rpartition(":")[2]

    process, told = started("--port", port)

    assert process.wait(timeout=10) == 1
    assert told == f"Error: port {port} is in use; choose another with --port\n"


def test_the_fixture_serves_a_simulator_to_each_test(tmp_path: Path) -> None:
    (tmp_path / "world.yaml").write_text("businesses: [{id: 1, name: Acme}]", encoding="utf-8")
    (tmp_path / "test_it.py").write_text(
        """
import pytest

def test_example(metapixel_simulator):
    assert metapixel_simulator.world.pixels
    metapixel_simulator.world.pixels.clear()

def test_a_fresh_one(metapixel_simulator):
    assert metapixel_simulator.world.pixels

@pytest.mark.metapixel_world("world.yaml")
def test_a_world_of_its_own(metapixel_simulator):
    assert list(metapixel_simulator.world.businesses) == ["1"]
""",
        encoding="utf-8",
    )
    ran = _pytest(tmp_path)

    assert "3 passed" in ran.stdout, ran.stdout


def test_without_its_extra_the_fixture_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text("import sys\nsys.modules['werkzeug'] = None\n")
    (tmp_path / "test_it.py").write_text("def test_it(metapixel_simulator): pass\n")

    ran = _pytest(tmp_path)

    sentence = (
        "The fixture metapixel_simulator needs the package werkzeug: install the extra "
        "`simulator` (pulumi-metapixel[simulator])"
    )
    assert sentence in ran.stdout.splitlines()
    assert "Traceback" not in ran.stdout
    assert "pytest_plugin.py" not in ran.stdout


def _pytest(folder: Path) -> subprocess.CompletedProcess[str]:
    registered = entry_points(group="pytest11", name="metapixel_simulator")
    plugin = [] if registered else ["-p", "metapixel_simulator.pytest_plugin"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--strict-markers", *plugin, str(folder)],
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=60,
        check=False,
    )


def test_loading_the_plugin_imports_nothing_heavy() -> None:
    check = (
        "import sys, metapixel_simulator.pytest_plugin; "
        "heavy = {'werkzeug', 'yaml', 'click', 'metapixel_simulator.simulator'}; "
        "print(*(heavy & set(sys.modules)))"
    )

    ran = subprocess.run(
        [sys.executable, "-c", check], capture_output=True, text=True, timeout=60, check=True
    )

    assert ran.stdout.strip() == ""
