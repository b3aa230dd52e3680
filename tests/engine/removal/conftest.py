"""One stage for each worker, and the column of each way, played once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.engine.removal.stage import Column, Stage
from tests.engine.removal.steps import Way


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    stage = Stage(tmp_path_factory.mktemp("removal"))
    yield stage
    stage.sim.stop()


@pytest.fixture(scope="module")
def column(request: pytest.FixtureRequest, stage: Stage) -> Column:
    way = request.param
    assert isinstance(way, Way)
    return stage.play(way)
