"""What the tests of command lines share."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.stack import ROOT, VENV

_NOT_IN_GIT = shutil.ignore_patterns(
    *(".git", ".venv", ".demo", ".*_cache", "__pycache__", "results")
)


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout of this repository with everything installed, which a test may change."""
    folder = tmp_path_factory.mktemp("checkout") / "pulumi-metapixel"
    shutil.copytree(ROOT, folder, ignore=_NOT_IN_GIT)
    environment = folder / ".venv"
    environment.mkdir()
    for each in VENV.iterdir():
        (environment / each.name).symlink_to(each)
    installed = environment / ".installed"
    installed.unlink(missing_ok=True)
    installed.touch()
    return folder
