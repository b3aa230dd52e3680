"""One stage for each worker and adapter, and the column of each way, played once."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.engine.removal.stage import Column, Stage
from tests.engine.removal.steps import Way


@pytest.fixture(scope="session")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[bool], Stage]]:
    """Makes the stage of the dynamic provider or of the native plugin, once."""
    made: dict[bool, Stage] = {}

    def stage(native: bool) -> Stage:
        if native not in made:
            made[native] = Stage(tmp_path_factory.mktemp("removal"), native=native)
        return made[native]

    yield stage
    for each in made.values():
        each.sim.stop()


@pytest.fixture(scope="module")
def column(request: pytest.FixtureRequest, stages: Callable[[bool], Stage]) -> Column:
    way, native = request.param
    assert isinstance(way, Way)
    return stages(native).play(way)
