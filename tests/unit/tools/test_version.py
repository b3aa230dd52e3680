"""The version of a build, with git and without it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tools.version import NUMBER, version


def git(root: Path, *arguments: str) -> str:
    author = ["-c", "user.name=test", "-c", "user.email=test@example.com"]
    command = ["git", *author, *arguments]
    ran = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True)
    return ran.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "first")
    return tmp_path


def test_a_commit_is_a_part_of_the_version(repository: Path) -> None:
    commit = git(repository, "rev-parse", "--short", "HEAD")

    assert version(repository) == f"{NUMBER}+g{commit}"


def test_the_commit_of_a_release_has_the_version_of_the_release(repository: Path) -> None:
    git(repository, "tag", f"v{NUMBER}")

    assert version(repository) == NUMBER


def test_a_copy_in_another_repository_does_not_have_the_commit_of_it(repository: Path) -> None:
    copy = repository / "vendor"
    copy.mkdir()

    assert version(copy) == NUMBER


def test_without_git_there_is_a_version(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    assert version(repository) == NUMBER


def test_a_source_distribution_keeps_its_version(repository: Path) -> None:
    (repository / "PKG-INFO").write_text("Name: pulumi-metapixel\nVersion: 0.1.0+g12345678\n")

    assert version(repository) == "0.1.0+g12345678"
