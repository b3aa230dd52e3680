"""The version of a build, with git and without it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tools.version import NUMBER, version


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("", f"{NUMBER}+gCOMMIT"),
        (f"git tag v{NUMBER}", NUMBER),
        ("mv .git ..", NUMBER),
        ("rm -r .git", NUMBER),
        ("echo 'Version: 0.1.0+g12345678' > PKG-INFO", "0.1.0+g12345678"),
    ],
    ids=[
        "a commit is a part of it",
        "the commit of a release has that of the release",
        "a copy in another repository does not have the commit of it",
        "without a repository",
        "a source distribution keeps its own",
    ],
)
def test_a_version(script: str, expected: str, tmp_path: Path) -> None:
    folder = tmp_path / "checkout"
    folder.mkdir()
    author = "-c user.name=test -c user.email=test@example.com"
    commit = f"git init -q && git {author} commit -q --allow-empty -m first && git rev-parse HEAD"
    made = subprocess.run(
        commit, shell=True, cwd=folder, check=True, capture_output=True, text=True
    )
    subprocess.run(script, shell=True, cwd=folder, check=True)

    assert version(folder) == expected.replace("COMMIT", made.stdout[:7])


def test_without_git_there_is_a_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    assert version(tmp_path) == NUMBER
