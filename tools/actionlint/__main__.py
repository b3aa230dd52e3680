"""`python -m tools.actionlint FILE…` runs actionlint, and exits with its exit code."""

import os
import sys
from pathlib import Path

from tools.engine import EngineError
from tools.engine.go_program import built

PACKAGE = "github.com/rhysd/actionlint/cmd/actionlint"

try:
    program = built(Path(__file__).parent, PACKAGE, "building actionlint from Go modules")
except EngineError as error:
    sys.exit(f"error: {error}")
os.execv(program, ["actionlint", *sys.argv[1:]])
