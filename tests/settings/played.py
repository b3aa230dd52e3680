"""Histories on the model of the engine, and removals on the real engine, under each setting.

`make settings` runs this module. `METAPIXEL_SETTINGS` is the size of a sample, half of which are
random combinations of settings, and `METAPIXEL_SEED` the seed of the sample and its histories.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from random import Random

import pytest

from metapixel_simulator import Simulator
from tests.engine.removal.cells import assert_cell, assert_way
from tests.engine.removal.stage import Stage
from tests.engine.removal.states import STATES
from tests.engine.removal.ways import WAYS
from tests.histories.engines.model.engine import ModelEngine
from tests.histories.engines.model.plugins import Plugins
from tests.histories.estate import CONFIGURATION, ENVIRONMENT, world
from tests.histories.generator import generate
from tests.histories.player import Player
from tests.settings.settings import REFUSED, combination, environment, named, singles

_NAMES = ("up", "up-refresh", "destroy", "destroy-refresh", "rename-then-up", "replace-then-up")
#: The ways that every setting is played with.
_WAYS = tuple(way for way in WAYS if way.name in _NAMES)
_SAMPLE = int(os.environ.get("METAPIXEL_SETTINGS", "0"))
_SEED = int(os.environ.get("METAPIXEL_SEED", "20261126"))


def _chosen() -> Iterator[tuple[int, dict[str, object]]]:
    """Yield the settings that are played, each with the seed of its history."""
    drawn = list(singles())
    if _SAMPLE:
        drawn = Random(_SEED).sample(drawn, (_SAMPLE + 1) // 2)
    yield from ((seed, dict([setting])) for seed, setting in enumerate(drawn, _SEED))
    yield from ((seed, combination(seed)) for seed in range(_SEED, _SEED + _SAMPLE // 2))


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    stage = Stage(tmp_path_factory.mktemp("removal"))
    yield stage
    stage.sim.stop()


@pytest.mark.parametrize(
    ("seed", "switches"), [pytest.param(*each, id=named(each[1])) for each in _chosen()]
)
def test_a_setting_holds(stage: Stage, seed: int, switches: dict[str, object]) -> None:
    tokens = ENVIRONMENT | environment(switches, ENVIRONMENT)
    with Plugins.opened(tokens) as plugins, Simulator(world()) as sim:
        player = Player(
            sim, generate(seed, switches), lambda: ModelEngine(sim, plugins, CONFIGURATION)
        )
        player.play()
    refused = set(player.refused)
    for way in _WAYS:
        column = stage.play(way, switches)
        refused.update(*(moment.refused for moment in column.moments))
        assert_way(column)
        for state in STATES:
            assert_cell(column, state)
    documented = {each for each in switches.items() if each in REFUSED}
    assert _SAMPLE or documented <= refused
