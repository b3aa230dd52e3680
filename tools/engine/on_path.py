"""The engine that the user has installed."""

import os
import shutil
from pathlib import Path

from tools.engine import programs
from tools.engine.programs import EngineError

TITLE = "installed on PATH"


def at_hand() -> Path | None:
    try:
        return get()
    except EngineError:
        return None


def get() -> Path:
    """Return the folder of the installed engine. Raise EngineError if the engine is unusable."""
    search_path = os.environ.get("PATH", os.defpath)
    pulumi = shutil.which("pulumi", path=search_path)
    if not pulumi:
        raise EngineError("no program named pulumi")
    version, oldest = programs.version_of(pulumi), programs.oldest_version()
    if version is None:
        raise EngineError(f"{pulumi} does not report its version; {oldest} or newer is needed")
    if programs.numbers(version) < programs.numbers(oldest):
        raise EngineError(f"{pulumi} is {version}; {oldest} or newer is needed")
    # The engine also finds programs in its own folder, so PATH needs only a link to the engine.
    own_folder = str(Path(pulumi).resolve().parent)
    if missing := programs.missing(os.pathsep.join([own_folder, search_path])):
        raise EngineError(f"{pulumi} has no {', '.join(missing)}")
    return Path(pulumi).parent
