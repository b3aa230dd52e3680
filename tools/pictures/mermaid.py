"""Mermaid's script, with which GitHub draws the diagram of a review."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tarfile
from pathlib import Path

from tools.pictures.failure import PictureError

VERSION = "11.17.2"
SHA512 = (
    "57a2b70bc101744b0f1595d228c25eea9a50384371b87011afd1af1d7e21878e"
    "e501b84c443f6a7f8a042bb2e869143150b31af34feab798073bbdda0a578106"
)


def fetch(folder: Path) -> Path:
    """Return the path of the script, which npm fetches into a folder."""
    npm = shutil.which("npm")
    if not npm:
        raise PictureError("no program named npm; on Debian: apt-get install npm")
    command = [npm, "pack", "--silent", f"mermaid@{VERSION}"]
    packed = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if packed.returncode:
        raise PictureError(f"npm cannot get Mermaid: {packed.stderr.strip()}")
    archive = folder / packed.stdout.strip()
    if hashlib.sha512(archive.read_bytes()).hexdigest() != SHA512:
        raise PictureError(f"{archive.name} is not the archive that mermaid.py expects")
    with tarfile.open(archive) as files:
        files.extract("package/dist/mermaid.min.js", folder, filter="data")
    return folder / "package/dist/mermaid.min.js"
