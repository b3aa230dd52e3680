"""The ways to an engine, and the order in which they are tried."""

import os
from pathlib import Path
from typing import Protocol

from tools.engine import go_modules, on_path, release
from tools.engine.failure import EngineError

FORCE = "METAPIXEL_ENGINE"


class Way(Protocol):
    """One way to an engine. Both functions answer the folder of a complete engine's programs."""

    TITLE: str

    def at_hand(self) -> Path | None:
        """The engine that needs no fetching: quick, and without the network."""

    def get(self) -> Path:
        """The engine, fetched or built if need be. Raises EngineError with the reason."""


WAYS: dict[str, Way] = {"path": on_path, "release": release, "go": go_modules}


def bin_directory() -> Path:
    """The folder to put first on PATH: what is at hand, else what the first open way gets.

    `METAPIXEL_ENGINE` (path, release or go) allows that one way alone. Raises EngineError with
    every way that was tried and why it is closed.
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
                "no way led to a Pulumi engine",
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
