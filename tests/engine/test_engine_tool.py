"""What an engine does with a program, whichever way it came and whichever language host it has."""

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.support.stack import Stack

pytestmark = pytest.mark.engine

SLOW = """
import pathlib, time
from pulumi.dynamic import CreateResult, Resource, ResourceProvider

class Provider(ResourceProvider):
    def create(self, props):
        pathlib.Path("started").touch()
        time.sleep(2)
        return CreateResult("made", {})

class Slow(Resource, name="Slow"):
    pass

Slow(Provider(), "slow", {})
"""


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    return Stack(tmp_path, "")


def test_what_a_program_writes_reaches_the_user(stack: Stack) -> None:
    stack.write("import sys\nprint('to stdout')\nprint('to stderr', file=sys.stderr)\n")

    output = stack.up().output

    assert "    to stdout\n" in output
    assert "    to stderr\n" in output


def test_a_program_in_yaml_runs_without_a_warning(tmp_path: Path) -> None:
    project = tmp_path / "in-yaml"
    project.mkdir()
    (project / "Pulumi.yaml").write_text("{name: in-yaml, runtime: yaml, outputs: {one: 1}}")
    stack = Stack(tmp_path / "stack", project=project)

    run = stack.up()

    assert stack.outputs() == {"one": 1}
    assert "warning" not in run.output


def test_a_program_sees_its_configuration(stack: Stack) -> None:
    stack.pulumi("config", "set", "plain", "one")
    stack.pulumi("config", "set", "--secret", "hidden", "two")
    stack.write(
        "import pulumi\nconfig = pulumi.Config()\n"
        "pulumi.export('both', [config.get('plain'), config.get_secret('hidden')])\n"
    )

    stack.up()

    shown = stack.pulumi("stack", "output", "--json", "--show-secrets").output
    assert json.loads(shown) == {"both": ["one", "two"]}


def test_a_failing_program_shows_its_traceback_once_and_no_other(stack: Stack) -> None:
    stack.write("raise ValueError('it went wrong')\n")

    diagnostics = stack.up(ok=False).output.partition("Diagnostics:")[2]

    assert diagnostics.count("Traceback") == 1
    assert diagnostics.count("ValueError: it went wrong") == 1
    assert "language_host" not in diagnostics


def test_a_program_that_exits_fails_the_update_with_its_code(stack: Stack) -> None:
    stack.write("raise SystemExit(7)\n")

    run = stack.up(ok=False)

    assert "program exited with non-zero exit code: 7" in run.output
    assert "Traceback" not in run.output


def test_an_interrupted_update_keeps_what_it_was_making(stack: Stack) -> None:
    stack.write(SLOW)
    command = ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive"]
    update = subprocess.Popen(
        command, cwd=stack.project, env=stack.environment, stdout=subprocess.PIPE, text=True
    )
    started = stack.project / "started"
    with update:
        while not started.exists():
            assert update.poll() is None, update.communicate()[0]
            time.sleep(0.1)

        update.send_signal(signal.SIGINT)
        output = update.communicate(timeout=60)[0]

    assert update.returncode != 0
    assert "error: update canceled" in output
    assert "::slow" in stack.export()


def test_the_engine_takes_this_project_for_no_plugin(stack: Stack) -> None:
    about = json.loads(stack.pulumi("about", "--json").output)

    assert {plugin["name"] for plugin in about["plugins"]} == {"python"}
