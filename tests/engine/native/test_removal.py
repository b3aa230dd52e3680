"""What is removed from a program ends at Meta, in a sample of the ways of the removal matrix."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.engine.removal.cells import assert_cell, assert_way
from tests.engine.removal.stage import Stage
from tests.engine.removal.states import STATES
from tests.engine.removal.steps import Way
from tests.engine.removal.ways import WAYS

pytestmark = [pytest.mark.engine, pytest.mark.rest]

SAMPLE = (
    "up",
    "up-target-refresh",
    "up-continue-on-error-beside-a-failure",
    "destroy-refresh",
    "rename-refresh",
    "replace-then-up",
    "move",
    "move-deleting-first",
)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    stage = Stage(tmp_path_factory.mktemp("removal"), native=True)
    yield stage
    stage.sim.stop()


@pytest.mark.parametrize("way", [each for each in WAYS if each.name in SAMPLE], ids=str)
def test_meta_and_the_state_agree_about_every_resource(stage: Stage, way: Way) -> None:
    column = stage.play(way)

    assert_way(column)
    for state in STATES:
        assert_cell(column, state)
