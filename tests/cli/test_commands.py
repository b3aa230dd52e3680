"""`metapixel` itself: how its commands are found."""

from __future__ import annotations

import subprocess
import sys
from typing import NoReturn

import pytest
from click.testing import CliRunner

from metapixel_cli.commands import metapixel


def test_ctrl_c_while_a_command_starts_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(name: str) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr("metapixel_cli.commands.import_module", interrupted)

    result = CliRunner().invoke(metapixel, ["access"])

    assert (result.exit_code, result.stdout, result.stderr) == (130, "", "Interrupted\n")


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
