"""A program of another project, built from the pins of its own `go.mod` and kept in the cache."""

import hashlib
from pathlib import Path

from tools.engine import cache, progress
from tools.engine.go_toolchain import environment, go


def built(module: Path, command: str, doing: str, *options: str) -> Path:
    """Return the folder of a program. `command` is its Go package, which ends in its name.

    `module` is the folder of the `go.mod`. Raises EngineError if the build fails.
    """
    name = command.rpartition("/")[2]
    pins = hashlib.sha256((module / "go.mod").read_bytes()).hexdigest()[:8]

    def build(folder: Path) -> None:
        progress.run(
            [go(), "build", "-trimpath", *options, "-o", folder / name, command],
            doing,
            cwd=module,
            env=environment(),
        )

    return cache.keep(f"{name}-{pins}", lambda folder: (folder / name).exists(), build)
