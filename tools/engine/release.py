"""The official release of the engine, which Pulumi's Automation API installs."""

import subprocess
import sys
from pathlib import Path

from tools.engine import cache, programs, progress
from tools.engine.programs import EngineError

TITLE = f"official release {programs.pinned_version()}"

_SITE = "https://get.pulumi.com"
_PATIENCE = 5  # seconds for the site's first answer
_REACH = f"import urllib.request; urllib.request.urlopen({_SITE!r}, timeout={_PATIENCE})"
_INSTALL = """
import sys
from pulumi.automation import PulumiCommand
from semver import VersionInfo
PulumiCommand.install(root=sys.argv[1], version=VersionInfo.parse(sys.argv[2]))
"""


def at_hand() -> Path | None:
    kept = cache.folder(_name())
    return kept / "bin" if _whole(kept) else None


def get() -> Path:
    """Install the release and return its folder. Raise EngineError if its site is unreachable."""
    if not _reachable():
        raise EngineError(f"{_SITE} did not answer")
    return cache.keep(_name(), _whole, _install) / "bin"


def _name() -> str:
    return f"{programs.pinned_version()}-release"


def _whole(kept: Path) -> bool:
    return not programs.missing(str(kept / "bin"))


def _reachable() -> bool:
    # The request runs in a separate process, because a DNS lookup has no timeout.
    try:
        asked = subprocess.run(
            [sys.executable, "-c", _REACH],
            stderr=subprocess.DEVNULL,
            timeout=2 * _PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return asked.returncode == 0


def _install(root: Path) -> None:
    progress.run(
        [sys.executable, "-c", _INSTALL, root, programs.pinned_version()],
        "installing the official Pulumi release",
        limit=900,
    )
    if missing := programs.missing(str(root / "bin")):
        raise EngineError(f"the release does not contain {', '.join(missing)}")
