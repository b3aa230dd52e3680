"""Histories on the model of the engine under each setting.

`make settings` runs this module. `METAPIXEL_SETTINGS` is the size of a sample, half of which are
random combinations of settings, and `METAPIXEL_SEED` the seed of the sample and its histories.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from random import Random

import pytest

from metapixel_simulator import Simulator
from tests.histories.engines.model.engine import ModelEngine
from tests.histories.engines.model.plugins import Plugins
from tests.histories.estate import CONFIGURATION, ENVIRONMENT, world
from tests.histories.generator import generate
from tests.histories.player import Player
from tests.settings.settings import NEEDS_A_PERSON, combination, environment, named, singles

#: The number of histories of each setting.
_HISTORIES = 3
_SAMPLE = int(os.environ.get("METAPIXEL_SETTINGS", "0"))
_SEED = int(os.environ.get("METAPIXEL_SEED", "20261126"))


def _chosen() -> Iterator[tuple[int, dict[str, object]]]:
    """Yield the settings that are played, each with the seed of its history."""
    drawn = list(singles())
    if _SAMPLE:
        drawn = Random(_SEED).sample(drawn, (_SAMPLE + 1) // 2)
        drawn = [setting for setting in drawn if setting not in NEEDS_A_PERSON]
    yield from ((seed, dict([setting])) for seed, setting in enumerate(drawn, _SEED))
    yield from ((seed, combination(seed)) for seed in range(_SEED, _SEED + _SAMPLE // 2))


@pytest.mark.parametrize(
    ("seed", "switches"), [pytest.param(*each, id=named(each[1])) for each in _chosen()]
)
def test_a_setting_holds(seed: int, switches: dict[str, object]) -> None:
    tokens = ENVIRONMENT | environment(switches, ENVIRONMENT)
    with Plugins.opened(tokens) as plugins, Simulator(world()) as sim:
        for each in range(seed, seed + _HISTORIES):
            engine = ModelEngine(sim, plugins, CONFIGURATION)
            Player(sim, generate(each, switches), engine).play()
