"""What a scaffold writes is complete: style, types and tests accept it as it is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.stack import ROOT

PACKAGES = ("provider", "sdk", "policy", "cli", "simulator", "")

TABLES = "tests/unit/tools/test_tables.py"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the files in version control, with one new thing of each kind."""
    copy = tmp_path_factory.mktemp("checkout")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for path in listed.stdout.splitlines():
        if (ROOT / path).is_file():
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, copy / path)
    return copy


def run(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the copy, on the packages of the copy."""
    path = os.pathsep.join(str(checkout / package) for package in PACKAGES)
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
    )


@pytest.mark.rest
@pytest.mark.parametrize(
    ("kind", "name", "tests"),
    [
        ("rule", "owner-of-pixel", ["tests/policy", TABLES]),
        ("switch", "slow_lists", ["tests/simulator/test_slow_lists.py", TABLES]),
        ("fault", "maintenance", ["tests/simulator/test_maintenance.py", TABLES]),
        ("command", "explain", ["tests/cli/test_explain.py"]),
    ],
)
def test_what_is_written_passes_every_check(
    checkout: Path, kind: str, name: str, tests: list[str]
) -> None:
    written = run(checkout, "tools.scaffold", kind, name)
    assert written.returncode == 0, written.stderr
    assert "left to do:" in written.stdout

    for check in (
        ["ruff", "check"],
        ["ruff", "format", "--check"],
        ["mypy"],
        ["pytest", "-q", "-p", "no:cacheprovider", *tests],
    ):
        done = run(checkout, *check)
        assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_that_exists_is_overwritten(checkout: Path) -> None:
    refused = run(checkout, "tools.scaffold", "rule", "no-edit")

    assert refused.returncode == 2
    assert "no_edit.py exists already" in refused.stderr


@pytest.mark.parametrize(("kind", "name"), [("rule", "NoEdit"), ("command", "../explain")])
def test_a_name_of_another_form_is_refused(checkout: Path, kind: str, name: str) -> None:
    refused = run(checkout, "tools.scaffold", kind, name)

    assert refused.returncode == 2
    assert "write it like" in refused.stderr
