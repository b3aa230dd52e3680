"""The model's engine makes the calls that the real one made, with the real plugin."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from metapixel_simulator import Simulator, World
from tests.histories.engines.model.engine import ModelEngine
from tests.histories.engines.model.plugins import Plugins
from tests.histories.recordings import transcript
from tests.histories.recordings.record import CONFIGURATION, TOKENS
from tests.histories.recordings.scenarios import SCENARIOS, Step
from tests.histories.recordings.transcript import Transcript


@pytest.fixture(scope="module")
def plugins() -> Iterator[Plugins]:
    with Plugins.opened(TOKENS) as started:
        yield started


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_models_engine_does_what_was_recorded(scenario: str, plugins: Plugins) -> None:
    recorded = transcript.load(scenario)
    with Simulator(World.example()) as sim:
        engine = ModelEngine(sim, plugins, CONFIGURATION)
        found = Transcript()
        for step, wanted in zip(SCENARIOS[scenario], recorded, strict=True):
            _run(engine, sim, step, found)
            assert found.recordings[-1] == wanted


def _run(engine: ModelEngine, sim: Simulator, step: Step, found: Transcript) -> None:
    if step.configure:
        key, value = step.configure
        engine.configuration = {**engine.configuration, key: value}
    if step.by_hand:
        step.by_hand(sim)
    run, _ = engine.run(step.command, step.program)
    assert (run.code != 0) is step.fails, (str(step.command), run.output)
    found.add(step, engine.calls, engine.records())


def test_every_scenario_was_recorded() -> None:
    assert transcript.names() == set(SCENARIOS)
