"""The programs that an engine consists of, and the supported versions."""

import re
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent


class EngineError(Exception):
    """A failure of one way, or of all ways, to get an engine. The message states the reason."""


# The engine needs all these programs. It searches its own folder and PATH for them.
NAMES = (
    "pulumi",
    "pulumi-language-python",
    "pulumi-language-python-exec",
    "pulumi-language-yaml",
    "pulumi-resource-pulumi-python",
)


def oldest_version() -> str:
    """Return the oldest version that can load the native plugin, such as `3.272.0`."""
    text = (HERE.parents[1] / "PulumiPlugin.yaml").read_text()
    found = re.search(r'requiredPulumiVersion: ">=(\S+)"', text)
    assert found, "PulumiPlugin.yaml requires no version"
    return found[1]


def pinned_version() -> str:
    """Return the version to install if no engine is installed, such as `3.274.1`."""
    pin = re.search(r"github\.com/pulumi/pulumi/pkg/v3 v(\S+)", (HERE / "go.mod").read_text())
    assert pin, "go.mod pins no engine"
    return pin[1]


def missing(search_path: str) -> list[str]:
    """Return the programs that are missing on a search path."""
    return [name for name in NAMES if not shutil.which(name, path=search_path)]


def version_of(pulumi: str) -> str | None:
    """Return the version that a pulumi program reports, or None if it reports none."""
    try:
        output = subprocess.run(
            [pulumi, "version"], capture_output=True, text=True, timeout=60, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.match(r"v?(\d+\.\d+\.\d+)", output)
    return found[1] if found else None


def numbers(version: str) -> tuple[int, ...]:
    """Return the numbers of a version, which can be compared."""
    return tuple(map(int, version.split(".")))
