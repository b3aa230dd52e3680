"""The model's engine makes the calls that the engine of the pinned version made."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from metapixel_simulator import Simulator, World
from tests.histories.engines.model.engine import ModelEngine
from tests.histories.engines.model.plugins import Plugins
from tests.histories.recordings import transcript
from tests.histories.recordings.record import CONFIGURATION, TOKENS
from tests.histories.recordings.scenarios import SCENARIOS
from tools.engine.programs import pinned_version


@pytest.fixture(scope="module")
def plugins() -> Iterator[Plugins]:
    with Plugins.opened(TOKENS) as started:
        yield started


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_models_engine_does_what_was_recorded(scenario: str, plugins: Plugins) -> None:
    with Simulator(World.example()) as sim:
        engine = ModelEngine(sim, plugins, CONFIGURATION)
        found = transcript.play(engine, sim, SCENARIOS[scenario])
        version, steps = transcript.load(scenario)
        for now, recorded in zip(found, steps, strict=True):
            assert now == recorded
    assert version == pinned_version()
