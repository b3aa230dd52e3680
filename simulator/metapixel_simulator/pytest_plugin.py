"""The pytest fixture `metapixel_simulator`, which pytest finds through an entry point.

The simulator is imported only if a test uses the fixture.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .simulator import Simulator


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini(
        "metapixel_world",
        "World file of the fixture metapixel_simulator, relative to the root directory.",
    )


@pytest.fixture
def metapixel_simulator(request: pytest.FixtureRequest) -> Iterator[Simulator]:
    """A new simulator for each test.

    The marker `@pytest.mark.metapixel_world(path)` names the world file. Without the marker, the
    ini option `metapixel_world` names it. Without both, the simulator serves the packaged example.
    """
    from . import Simulator, World

    marker = request.node.get_closest_marker("metapixel_world")
    named = marker.args[0] if marker else request.config.getini("metapixel_world")
    world = World.load(Path(request.config.rootpath) / named) if named else World.example()
    with Simulator(world) as simulator:
        yield simulator


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "metapixel_world(path): the world file of the fixture metapixel_simulator"
    )
