"""The model's engine makes the calls that the real one made, with the real plugin."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from metapixel_simulator import Simulator, World
from tests.model import recordings
from tests.model.deaths import Death
from tests.model.engine import Engine
from tests.model.plugins import Plugins
from tests.model.record import CONFIGURATION, TOKENS
from tests.model.recordings import Transcript
from tests.model.scenarios import SCENARIOS, Step


@pytest.fixture(scope="module")
def plugins() -> Iterator[Plugins]:
    with Plugins(TOKENS) as started:
        yield started


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_models_engine_does_what_was_recorded(scenario: str, plugins: Plugins) -> None:
    recorded = recordings.load(scenario)
    with Simulator(World.example()) as sim:
        engine = Engine(plugins, {"metapixel:graphUrl": sim.url, **CONFIGURATION})
        transcript = Transcript()
        for step, wanted in zip(SCENARIOS[scenario], recorded, strict=True):
            _run(engine, sim, step, transcript)
            assert transcript.recordings[-1] == wanted


def _run(engine: Engine, sim: Simulator, step: Step, transcript: Transcript) -> None:
    if step.configure:
        key, value = step.configure
        engine.configuration = {**engine.configuration, key: value}
    if step.by_hand:
        step.by_hand(sim)
    death = Death(step.killed_at, after=True, endpoint=step.killed) if step.killed else None
    sim.on_request = death.look if death else None
    result = engine.run(step.command, step.program, death, step.checkpoints)
    sim.on_request = None
    assert result.ended_well is not step.fails, (str(step.command), result.errors)
    state = [held.recorded() for held in engine.state.resources]
    transcript.add(step, result.calls, state)


def test_every_scenario_was_recorded() -> None:
    assert recordings.names() == set(SCENARIOS)
