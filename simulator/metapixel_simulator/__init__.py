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
    from .things import AccountAssignment as AccountAssignment
    from .things import AdAccount as AdAccount
    from .things import App as App
    from .things import Assignment as Assignment
    from .things import Business as Business
    from .things import Invitation as Invitation
    from .things import Permission as Permission
    from .things import Pixel as Pixel
    from .things import Relationship as Relationship
    from .things import Share as Share
    from .things import SharingRequest as SharingRequest
    from .things import Token as Token
    from .things import User as User
    from .world import World as World
    from .world_file import WorldError as WorldError

#: The names that this package offers, each with the module that contains it.
_HOMES = {
    "Simulator": "simulator",
    "World": "world",
    "AccountAssignment": "things",
    "AdAccount": "things",
    "App": "things",
    "Assignment": "things",
    "Business": "things",
    "Invitation": "things",
    "Permission": "things",
    "Pixel": "things",
    "Relationship": "things",
    "Share": "things",
    "SharingRequest": "things",
    "Switches": "switches",
    "Token": "things",
    "User": "things",
    "WorldError": "world_file",
}
__all__ = [*_HOMES]

#: The packages that the extra `simulator` installs.
PACKAGES = frozenset(("click", "jinja2", "pydantic", "werkzeug", "yaml"))


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
