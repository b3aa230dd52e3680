"""A Go program, built from the pins of a `go.mod` and kept in the cache."""

import hashlib
from pathlib import Path

from tools.engine import cache, progress
from tools.engine.go_toolchain import environment, go


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
