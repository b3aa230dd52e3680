"""The installation of a Pulumi engine. `python -m tools.engine` prints its folder, for PATH.

The rest of the project does not depend on how it is installed. `go.mod` pins the versions.
"""

from tools.engine.failure import EngineError
from tools.engine.ways import bin_directory

__all__ = ["EngineError", "bin_directory"]
