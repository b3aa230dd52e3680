"""A removed resource leaves nothing at Meta. A renamed or replaced resource keeps its access."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.engine.removal.cells import assert_kept, assert_left
from tests.engine.removal.stage import Stage
from tests.engine.removal.states import KEPT, STATES
from tests.engine.removal.steps import Way
from tests.engine.removal.ways import PARAMETERS

pytestmark = pytest.mark.engine


@pytest.fixture(scope="session")
def stage(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """The stage of the dynamic provider, or of the native plugin."""
    made = Stage(tmp_path_factory.mktemp("removal"), native=request.param)
    yield made
    made.sim.stop()


@pytest.mark.parametrize(("stage", "way"), PARAMETERS, indirect=["stage"])
def test_meta_and_the_state_hold_what_is_declared_and_nothing_else(stage: Stage, way: Way) -> None:
    was = stage.before
    for step, run, now in stage.play(way):
        for state in STATES:
            assert_left(step, state, was[state], now[state], run)
        was = now
    assert_kept(way, stage.before[KEPT], was[KEPT])
