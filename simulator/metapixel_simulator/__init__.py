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
    from .things import AdAccount as AdAccount
    from .things import App as App
    from .things import Assignment as Assignment
    from .things import Business as Business
    from .things import Permission as Permission
    from .things import Pixel as Pixel
    from .things import Relationship as Relationship
    from .things import Share as Share
    from .things import SharingRequest as SharingRequest
    from .things import Token as Token
    from .things import User as User
    from .world import World as World
    from .world_file import WorldError as WorldError

__all__ = [  # noqa: RUF022 - the two main names come first
    "Simulator",
    "World",
    "AdAccount",
    "App",
    "Assignment",
    "Business",
    "Permission",
    "Pixel",
    "Relationship",
    "Share",
    "SharingRequest",
    "Switches",
    "Token",
    "User",
    "WorldError",
]

#: The modules that contain these names. All other names are in `things`.
_HOMES = {
    "Simulator": "simulator",
    "Switches": "switches",
    "World": "world",
    "WorldError": "world_file",
}

#: The packages that the extra `simulator` installs.
PACKAGES = frozenset(("click", "jinja2", "pydantic", "werkzeug", "yaml"))


def __getattr__(name: str) -> object:
    if name in __all__:
        return getattr(import_module(f".{_HOMES.get(name, 'things')}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
