"""The programs that make an engine, and the versions that do."""

import re
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent

# They work only together: the engine finds the others beside itself or on PATH.
NAMES = (
    "pulumi",
    "pulumi-language-python",
    "pulumi-language-python-exec",
    "pulumi-resource-pulumi-python",
)

# The first with `pulumi policy analyze`; the first to look for pulumi-plugin.json where an editable
# installation has it is older (3.226).
OLDEST = (3, 229, 0)


def pinned_version() -> str:
    """The version that is fetched or built where none is found, such as `3.274.1`."""
    pin = re.search(r"github\.com/pulumi/pulumi/pkg/v3 v(\S+)", (HERE / "go.mod").read_text())
    assert pin, "go.mod pins no engine"
    return pin[1]


def missing(search_path: str) -> list[str]:
    """The programs that a search path does not lead to."""
    return [name for name in NAMES if not shutil.which(name, path=search_path)]


def version_of(pulumi: str) -> tuple[int, ...] | None:
    """The version a pulumi program says it has, None if it does not say one."""
    try:
        said = subprocess.run(
            [pulumi, "version"], capture_output=True, text=True, timeout=60, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    numbers = re.match(r"v?(\d+)\.(\d+)\.(\d+)", said)
    return tuple(map(int, numbers.groups())) if numbers else None
