"""One stage for each worker, and the column of each way, played once."""

from __future__ import annotations

import pytest

from tests.engine.removal.stage import Column, Stage
from tests.engine.removal.ways import Way


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return Stage(tmp_path_factory.mktemp("removal"))


@pytest.fixture(scope="module")
def column(request: pytest.FixtureRequest, stage: Stage) -> Column:
    way = request.param
    assert isinstance(way, Way)
    return stage.play(way)
