"""What the engine installs the plugin from, without the network."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tools.stack import ROOT

#: The parts of this repository that the plugin needs.
_PARTS = (
    *("PulumiPlugin.yaml", "Pulumi.yaml", "__main__.py", ".gitignore"),
    *("pyproject.toml", "README.md", "LICENSE", "tools/version.py"),
    *("provider", "sdk", "plugin", "policy/metapixel_policy", "cli", "simulator"),
)


def copy(folder: Path) -> Path:
    """Copy the repository into a folder, without what git knows about it."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *_PARTS]
    for name in _output(listing, ROOT).splitlines():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target)
    return folder


def publish(folder: Path, repository: Path, tag: str = "") -> None:
    """Add a commit with every file of a folder to a bare repository, which is made if necessary."""
    identity = ("-c", "user.name=Test", "-c", "user.email=test@acme.example")
    _output(["git", "init", "--quiet"], folder)
    _output(["git", "add", "--all"], folder)
    _output(["git", *identity, "commit", "--quiet", "--message", tag or "first"], folder)
    _output(["git", "init", "--quiet", "--bare", "--initial-branch=main", repository], folder)
    _output(["git", "push", "--quiet", repository, "HEAD:main"], folder)
    if tag:
        _output(["git", "push", "--quiet", repository, f"HEAD:refs/tags/{tag}"], folder)


def _output(command: Sequence[str | Path], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout
