"""Gets a Pulumi engine onto this machine; `python -m tools.engine` prints its folder, for PATH.

Nothing else in the project knows how the engine came. The versions are pinned in `go.mod`.
"""

from tools.engine.failure import EngineError
from tools.engine.ways import bin_directory

__all__ = ["EngineError", "bin_directory"]
