"""The installation of a Pulumi engine. `python -m tools.engine` prints the folder to put on PATH.

The rest of the project does not depend on the way of installation. `go.mod` pins the versions.
"""

from tools.engine.programs import EngineError
from tools.engine.ways import bin_directory

__all__ = ["EngineError", "bin_directory"]
