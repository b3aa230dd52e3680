"""The pytest fixture `metapixel_simulator`, which pytest finds through an entry point.

The simulator is imported only if a test uses the fixture.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from . import PACKAGES

if TYPE_CHECKING:
    from .simulator import Simulator

_FIXTURE = "metapixel_simulator"
#: The markers and ini options, and the files that they name.
_FILES = {"metapixel_world": "World file", "metapixel_profile": "Profile"}


def pytest_addoption(parser: pytest.Parser) -> None:
    for name, meaning in _FILES.items():
        parser.addini(name, f"{meaning} of the fixture {_FIXTURE}, relative to the root directory.")


@pytest.fixture
def metapixel_simulator(request: pytest.FixtureRequest) -> Iterator[Simulator]:
    """A new simulator for each test.

    The marker `@pytest.mark.metapixel_world(path)` names the world file. Without the marker, the
    ini option `metapixel_world` names it. Without both, the simulator serves the packaged example.
    In the same way, `metapixel_profile` names a profile. The answers of the profile set switches.
    """
    try:
        from . import Simulator, World
        from .profile import answers
    except ModuleNotFoundError as error:
        if error.name not in PACKAGES:
            raise
        pytest.fail(
            f"The fixture {_FIXTURE} needs the package {error.name}: install the extra "
            f"`simulator` (pulumi-metapixel[simulator])",
            pytrace=False,
        )

    world_file, profile = (_named(request, each) for each in _FILES)
    world = World.load(world_file) if world_file else World.example()
    if profile:
        world.switches.set(answers(profile))
    with Simulator(world) as simulator:
        yield simulator


def pytest_configure(config: pytest.Config) -> None:
    for name, meaning in _FILES.items():
        marker = f"{name}(path): the {meaning.lower()} of the fixture {_FIXTURE}"
        config.addinivalue_line("markers", marker)


def _named(request: pytest.FixtureRequest, name: str) -> Path | None:
    marker = request.node.get_closest_marker(name)
    path = marker.args[0] if marker else request.config.getini(name)
    return Path(request.config.rootpath) / path if path else None
