"""The slice of Meta that sharing a pixel needs, as a real HTTP server to test against.

>>> from metapixel_simulator import Simulator, World
>>> with Simulator(World.example()) as sim:
...     sim.url.startswith("http://127.0.0.1:")
True

Importing the package is cheap: werkzeug and YAML are loaded when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .simulator import Simulator as Simulator
    from .switches import Switches as Switches
    from .world import AdAccount as AdAccount
    from .world import App as App
    from .world import Business as Business
    from .world import Permission as Permission
    from .world import Pixel as Pixel
    from .world import Relationship as Relationship
    from .world import Share as Share
    from .world import SharingRequest as SharingRequest
    from .world import Token as Token
    from .world import User as User
    from .world import World as World
    from .world_file import WorldError as WorldError

_HOMES = {
    "Simulator": "simulator",
    "Switches": "switches",
    "WorldError": "world_file",
    **dict.fromkeys(
        (
            "AdAccount",
            "App",
            "Business",
            "Permission",
            "Pixel",
            "Relationship",
            "Share",
            "SharingRequest",
            "Token",
            "User",
            "World",
        ),
        "world",
    ),
}

__all__ = [  # noqa: RUF022 - the two that matter first
    "Simulator",
    "World",
    "AdAccount",
    "App",
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


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
