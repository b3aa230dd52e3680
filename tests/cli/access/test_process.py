"""`metapixel access` in a process of its own: signals, terminals and the shell."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from metapixel_simulator import Simulator
from tests.support.example import OWNER
from tests.support.stack import ROOT, VENV


def command(sim: Simulator, *arguments: str | Path) -> list[str]:
    options = ["access", "--business", OWNER, "--graph-url", sim.url]
    return [str(VENV / "bin/metapixel"), *options, *map(str, arguments)]


def environment(**variables: str) -> dict[str, str]:
    unset = ("NO_COLOR", "FORCE_COLOR", "COLUMNS")
    inherited = {name: value for name, value in os.environ.items() if name not in unset}
    return {**inherited, "META_ACCESS_TOKEN": "owner-token", "TERM": "xterm", **variables}


def test_ctrl_c_ends_with_130_and_writes_nothing(sim: Simulator, tmp_path: Path) -> None:
    called = threading.Event()
    sim.on_request = lambda entry, phase: called.set()
    sim.fault("POST batch", kind="delay", when="after", seconds=30, times=-1)
    with subprocess.Popen(
        command(sim, "--output", tmp_path / "a.csv"),
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert called.wait(60)
        process.send_signal(signal.SIGINT)
        # An answer to the open call would arrive only later.
        printed, errors = process.communicate(timeout=25)

    assert (process.returncode, printed) == (130, "")
    assert errors == "Interrupted\n"
    assert list(tmp_path.iterdir()) == []


def on_terminal(arguments: list[str], variables: dict[str, str]) -> str:
    """Return the output and errors of a command that runs in a terminal."""
    spawn = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]))"
    line = [sys.executable, "-c", spawn, *arguments]
    return subprocess.check_output(line, env=variables, stdin=subprocess.DEVNULL, text=True)


def test_a_terminal_gets_progress_a_table_of_its_width_and_colors_unless_they_are_off(
    sim: Simulator,
) -> None:
    shown = on_terminal(command(sim), environment(COLUMNS="60"))

    assert "Reading business" in shown
    report = shown[shown.index("Complete") :]
    assert "\x1b[" in shown
    uncolored = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", report)
    assert max(map(len, uncolored.splitlines())) <= 60

    plain = on_terminal(command(sim), environment(NO_COLOR="1"))
    assert "\x1b[3" not in plain[plain.index("Complete") :]
    assert "\x1b[1" not in plain[plain.index("Complete") :]


def printed(*line: str | Path, **variables: str) -> str:
    return subprocess.check_output(line, env=environment(**variables), text=True)


def test_the_shell_completes_the_values_of_options() -> None:
    asked = {"COMP_WORDS": "metapixel access --fail-on over", "COMP_CWORD": "3"}
    program = VENV / "bin/metapixel"
    completed = printed(program, _METAPIXEL_COMPLETE="bash_complete", **asked)
    assert completed == "plain,overdue\n"
    page = (ROOT / "docs/configuration.md").read_text()
    (line,) = re.findall(r'(?m)^    (eval "\$\(_METAPIXEL_COMPLETE.*)$', page)
    path = f"{program.parent}:{os.environ['PATH']}"
    found = printed("bash", "--norc", "-c", f"{line} && complete -p metapixel", PATH=path)
    assert "_metapixel_completion" in found


@pytest.mark.parametrize("options", [(), ("--schema",)])
def test_a_full_disk_behind_the_standard_output_is_an_error(
    sim: Simulator, options: tuple[str, ...]
) -> None:
    line = [*command(sim), *options]
    with Path("/dev/full").open("wb") as full:
        run = subprocess.run(
            line, env=environment(), stdout=full, stderr=subprocess.PIPE, text=True
        )

    assert run.returncode == 1
    assert run.stderr == ("Error: The standard output cannot be written: No space left on device\n")
