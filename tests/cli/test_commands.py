"""`metapixel` itself: how its commands are found."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import NoReturn

import pytest
from click.testing import CliRunner

from metapixel_cli.commands import metapixel
from metapixel_cli.console import terminal_output


def test_ctrl_c_while_a_command_starts_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(name: str) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr("metapixel_cli.commands.import_module", interrupted)

    result = CliRunner().invoke(metapixel, ["access"])

    assert (result.exit_code, result.stdout, result.stderr) == (130, "", "Interrupted\n")


def test_a_command_whose_output_nobody_reads_ends_without_an_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    code = "from metapixel_cli.commands import metapixel; metapixel(['access', '--schema'])"
    command = [sys.executable, "-c", code]

    process = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE)

    assert process.stderr == b""


def test_a_terminal_has_colors_without_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert terminal_output(lambda color, **_: str(color)) == "True"

    monkeypatch.setenv("NO_COLOR", "1")
    assert terminal_output(lambda color, **_: str(color)) == "False"


@pytest.mark.parametrize("module", ["jinja2", "pydantic", "werkzeug", "yaml"])
def test_without_the_extra_the_simulator_says_what_to_install(module: str) -> None:
    code = (
        f"import sys; sys.modules['{module}'] = None\n"
        "from metapixel_cli.commands import metapixel; metapixel(['simulator', '--port', '0'])"
    )
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert process.returncode == 1
    assert "run `pip install 'pulumi-metapixel[simulator]'`" in process.stderr
    listed = code.replace("['simulator', '--port', '0']", "['--help']")
    process = subprocess.run([sys.executable, "-c", listed], capture_output=True, text=True)
    assert "Not installed: needs pulumi-metapixel[simulator]." in process.stdout
