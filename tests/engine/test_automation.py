"""The tests that docs/simulator.md has for a user's program."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.stack import ROOT

pytestmark = pytest.mark.engine


def test_the_tests_of_the_page_pass_while_another_python_is_on_path(tmp_path: Path) -> None:
    page = (ROOT / "docs/simulator.md").read_text()
    named = re.findall(r"`(test_\w+\.py)`:\n\n```python\n(.*?)```", page, re.DOTALL)
    for name, text in named:
        (tmp_path / name).write_text(text)
    shutil.copy(ROOT / "templates/python/__main__.py", tmp_path)
    other = tmp_path / "bin/python3"
    other.parent.mkdir()
    other.write_text("#!/bin/sh\necho 'No module named pulumi' >&2\nexit 1\n")
    other.chmod(0o755)

    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        env={**os.environ, "PATH": f"{other.parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=300,
    )

    assert f"{len(named)} passed" in ran.stdout, ran.stdout
    assert len(named) == 2
