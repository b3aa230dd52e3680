"""An HTTP server for tests, which simulates the part of Meta's Graph API for sharing pixels.

>>> from metapixel_simulator import Simulator, World
>>> with Simulator(World.example()) as sim:
...     sim.url.startswith("http://127.0.0.1:")
True

The import of this package is fast, because it loads werkzeug, pydantic and YAML on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .simulator import Simulator as Simulator
    from .switches import Switches as Switches
    from .things import *  # noqa: F403 - the names in _MODULES
    from .world import World as World
    from .world_file import WorldError as WorldError

#: The names that this package offers, by the module that contains them.
_MODULES = {
    "simulator": "Simulator",
    "switches": "Switches",
    "things": "AccountAssignment AdAccount App Assignment Business Invitation Permission Pixel "
    "Relationship Share SharingRequest Token User",
    "world": "World",
    "world_file": "WorldError",
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names.split()}
__all__ = [*_HOMES]

#: The packages that the extra `simulator` installs.
PACKAGES = frozenset(("click", "jinja2", "pydantic", "werkzeug", "yaml"))


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
