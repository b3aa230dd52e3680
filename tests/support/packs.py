"""Policy packs, in the virtual environment that the programs of stacks use."""

from __future__ import annotations

from pathlib import Path

from tests.support.quick import processes
from tests.support.stack import ROOT


def pack(folder: Path, main: str = "") -> Path:
    """Write the project's pack, or one with another program, into a new folder, and return it."""
    described = (ROOT / "policy/PulumiPolicy.yaml").read_text()
    assert "virtualenv: ../.venv" in described
    folder.mkdir()
    place = described.replace("../.venv", str(processes.environment()))
    (folder / "PulumiPolicy.yaml").write_text(place)
    (folder / "__main__.py").write_text(main or (ROOT / "policy/__main__.py").read_text())
    return folder
