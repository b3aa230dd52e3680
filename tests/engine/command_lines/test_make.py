"""The targets of the Makefile, and what the demonstration prints for a person to try."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.support.terminal import Terminal, filled, follows, record

pytestmark = pytest.mark.engine

DEMO_UP = "pulumi -C .demo up --yes --skip-preview --refresh"


@pytest.fixture
def terminal(checkout: Path) -> Terminal:
    return Terminal(checkout, os.environ)


@pytest.fixture
def demo(terminal: Terminal) -> Iterator[Terminal]:
    """A terminal in a checkout; what a demonstration leaves there is taken away."""
    yield terminal
    terminal.type("make demo-down")


@follows("make", "make help")
def test_make_lists_its_targets(terminal: Terminal) -> None:
    listed = terminal.type("make")

    assert listed == terminal.type("make help")
    for target in ("demo", "check", "test", "bench"):
        assert re.search(rf"(?m)^  make {target} +\w", listed.printed)


@follows("make .venv/.installed")
def test_make_installs_what_the_lock_file_has_unless_it_is_there(terminal: Terminal) -> None:
    assert "up to date" in terminal.type("make .venv/.installed").printed

    would = terminal.type("make .venv/.installed --dry-run --always-make")
    assert "--require-hashes -r requirements.lock" in would.printed


@follows("make fix")
def test_make_fix_corrects_style_and_layout(terminal: Terminal) -> None:
    untidy = terminal.folder / "tools/untidy.py"
    untidy.write_text("import os,sys\nprint( sys.argv )\n")

    terminal.type("make fix")

    assert untidy.read_text() == "import sys\n\nprint(sys.argv)\n"
    untidy.unlink()


@follows("make tables", "python -m tools.tables")
def test_make_tables_writes_the_tables_that_differ_from_the_code(terminal: Terminal) -> None:
    page = terminal.folder / "docs/simulator-reference.md"
    current = page.read_text()
    page.write_text(current.replace("| `oldest_version` |", "| `former_version` |"))
    assert terminal.type("make tables").printed == "docs/simulator-reference.md\n"
    assert page.read_text() == current
    assert terminal.type("python -m tools.tables").printed == ""


ONE = "make one T=tests/unit/tools/test_version.py"
SOME = "make one 'T=tests/unit/tools/test_version.py -k without_git'"


@follows("make one", ONE, SOME)
def test_make_one_runs_the_tests_that_it_is_given(terminal: Terminal) -> None:
    assert "name the tests" in terminal.type("make one", ok=False).output
    assert "deselected" not in terminal.type(ONE).printed
    assert "1 passed" in terminal.type(SOME).printed


@pytest.mark.parametrize(
    ("tests", "engine"),
    [
        ("tests/engine/test_examples.py::test_one -v", True),
        ("tests/engine", True),
        ("tests/unit", False),
    ],
)
def test_make_one_gets_the_engine_only_for_tests_that_use_it(
    tests: str, engine: bool, terminal: Terminal
) -> None:
    would = terminal.type(f"make one --dry-run 'T={tests}'")

    assert ("tools.engine" in would.printed) is engine


@follows("make dist")
def test_make_dist_builds_the_two_distributions_of_a_release(terminal: Terminal) -> None:
    terminal.type("make dist")

    built = sorted(path.name for path in (terminal.folder / "dist").glob("pulumi_metapixel-*"))
    assert [re.sub(r"-\d+\.\d+\.\d+", "", name) for name in built] == [
        "pulumi_metapixel-py3-none-any.whl",
        "pulumi_metapixel.tar.gz",
    ]


@follows(".venv/bin/python -m tools.engine", "python -m tools.engine")
def test_the_engines_folder_is_printed(terminal: Terminal) -> None:
    for line in (".venv/bin/python -m tools.engine", "python -m tools.engine"):
        folder = Path(terminal.type(line).printed.strip())
        assert os.access(folder / "pulumi", os.X_OK)


@pytest.mark.rest
@follows("make demo", "python -m tools.demo up", "pulumi -C {}", "make demo-down")
def test_what_the_demonstration_says_to_try_next_works_and_it_begins_again_after_a_kill(
    demo: Terminal,
) -> None:
    shown = demo.type("make demo").printed
    assert f"$ {DEMO_UP}" in shown
    assert "PENDING since" in shown
    steps = _section(shown, "Commands to try next")
    source, *commands = [step for step in steps if not step.startswith("#")]
    assert all(command.startswith(filled("pulumi -C {}", ".demo")) for command in commands)

    for command in (DEMO_UP, *commands[:-1]):
        _in_a_shell(demo, f"{source} && {command}")
    record(["pulumi -C {}"])
    again = demo.type("python -m tools.demo up").printed
    assert "Access: 2 shares, 1 permitted ad account." in again

    _in_a_shell(demo, f"{source} && {commands[-1]}")
    world = requests.get(f"{_control(shown)}/state", timeout=10).json()["world"]
    assert (world["shares"], world["permissions"]) == ([], [])

    os.kill(int((demo.folder / ".demo/simulator.pid").read_text()), signal.SIGKILL)
    after_a_kill = demo.type("make demo").printed
    assert "PENDING since" in after_a_kill
    assert _control(after_a_kill) != _control(shown)
    demo.type("make demo-down")
    assert not (demo.folder / ".demo").exists()
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{_control(after_a_kill)}/state", timeout=10)


def _control(shown: str) -> str:
    (address,) = re.findall(r"control API +(\S+)", shown)
    return str(address)


def _section(shown: str, title: str) -> list[str]:
    return [line.strip() for line in shown.split(f"{title}\n")[1].split("\n\n")[0].splitlines()]


def _in_a_shell(terminal: Terminal, script: str) -> None:
    process = subprocess.run(
        ["bash", "-c", script],
        cwd=terminal.folder,
        env=terminal.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert process.returncode == 0, process.stdout + process.stderr
