"""The Automation API, as docs/configuration.md describes it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from metapixel_simulator import Simulator
from tests.support.example import NORTHLIGHT, PIXEL
from tests.support.stack import ROOT, Stack

pytestmark = pytest.mark.engine


def test_an_inline_program_runs_while_another_python_is_on_path(
    stack: Callable[..., Stack], sim: Simulator, tmp_path: Path
) -> None:
    text = (ROOT / "docs/configuration.md").read_text()
    (example,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    config = f"stack.set_config('metapixel:graphUrl', auto.ConfigValue('{sim.url}'))\nstack.up("
    program = tmp_path / "automate.py"
    program.write_text(example.replace("stack.up(", config))
    other = tmp_path / "bin/python3"
    other.parent.mkdir()
    other.write_text("#!/bin/sh\necho 'No module named pulumi' >&2\nexit 1\n")
    other.chmod(0o755)
    environment = stack().environment
    environment["PATH"] = f"{other.parent}:{environment['PATH']}"

    ran = subprocess.run(
        [sys.executable, program], env=environment, capture_output=True, text=True, timeout=300
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}
