"""The version of a build, which hatchling asks for."""

from __future__ import annotations

import subprocess
from email.parser import HeaderParser
from pathlib import Path

ROOT = Path(__file__).parents[1]

#: The version of the next release.
NUMBER = "0.1.0"


def version(root: Path = ROOT) -> str:
    """Return NUMBER. If git knows the commit, and the commit is not the release, add `+gHASH`."""
    metadata = root / "PKG-INFO"
    if metadata.exists():  # a source distribution, which has the version of its build
        return str(HeaderParser().parsestr(metadata.read_text(encoding="utf-8"))["Version"])
    # A copy without git can be in a folder of another repository.
    top = _git(root, "rev-parse", "--show-toplevel")
    if not top or Path(top).resolve() != root.resolve():
        return NUMBER
    if f"v{NUMBER}" in _git(root, "tag", "--points-at", "HEAD").split():
        return NUMBER
    return f"{NUMBER}+g{_git(root, 'rev-parse', '--short', 'HEAD')}"


def _git(root: Path, *arguments: str) -> str:
    """Return the output of a command of git, or nothing if it fails."""
    try:
        found = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True)
    except OSError:
        return ""
    return found.stdout.strip() if found.returncode == 0 else ""
