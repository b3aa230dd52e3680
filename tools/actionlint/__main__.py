"""`python -m tools.actionlint FILE…` runs actionlint, and exits with its exit code."""

import hashlib
import os
import sys
from pathlib import Path

from tools.engine import EngineError, cache, progress
from tools.engine.go_toolchain import environment, go

HERE = Path(__file__).parent
COMMAND = "github.com/rhysd/actionlint/cmd/actionlint"


def _build(folder: Path) -> None:
    progress.run(
        [go(), "build", "-trimpath", "-o", folder / "actionlint", COMMAND],
        "building actionlint from Go modules",
        cwd=HERE,
        env=environment(),
    )


pins = hashlib.sha256((HERE / "go.mod").read_bytes()).hexdigest()[:8]
try:
    kept = cache.keep(f"actionlint-{pins}", lambda folder: (folder / "actionlint").exists(), _build)
except EngineError as error:
    sys.exit(f"error: {error}")
os.execv(kept / "actionlint", ["actionlint", *sys.argv[1:]])
