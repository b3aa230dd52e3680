"""`python -m tools.engine` prints the folder of the engine to stdout and the progress to stderr."""

import sys

from tools.engine import EngineError, bin_directory

try:
    print(bin_directory())
except EngineError as error:
    sys.exit(f"error: {error}")
