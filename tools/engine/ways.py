"""The ways to get an engine, in the order in which they are tried."""

import os
from pathlib import Path
from typing import Protocol

from tools.engine import go_modules, on_path, release
from tools.engine.programs import EngineError

FORCE = "METAPIXEL_ENGINE"


class Way(Protocol):
    """A way to get an engine. Both functions return the folder of a complete engine."""

    TITLE: str

    def at_hand(self) -> Path | None:
        """Return an engine that is already installed, or None. Do not use the network."""

    def get(self) -> Path:
        """Return an engine, and download or build it if necessary. Raise EngineError on failure."""


WAYS: dict[str, Way] = {"path": on_path, "release": release, "go": go_modules}


def bin_directory() -> Path:
    """Return the folder of an engine, to put first on PATH. Install an engine if necessary.

    The environment variable `METAPIXEL_ENGINE` (path, release or go) allows only one way. Raises
    EngineError, with the reason why each way failed.
    """
    ways = _allowed()
    for way in ways:
        if found := way.at_hand():
            return found
    closed = []
    for way in ways:
        try:
            return way.get()
        except EngineError as error:
            closed.append(f"  {way.TITLE}: {error}")
    raise EngineError(
        "\n".join(
            [
                "no Pulumi engine could be installed",
                *closed,
                "Install Pulumi (https://www.pulumi.com/docs/install/) and run this again.",
            ]
        )
    )


def _allowed() -> list[Way]:
    forced = os.environ.get(FORCE)
    if not forced:
        return list(WAYS.values())
    if forced not in WAYS:
        raise EngineError(f"{FORCE} is {forced!r}; it can be {', '.join(WAYS)}")
    return [WAYS[forced]]
