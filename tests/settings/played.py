"""Histories on the model of the engine under each setting, and under combinations of settings.

`make settings` runs this module. `METAPIXEL_SETTINGS` is the number of combinations, and
`METAPIXEL_SEED` the seed of the first history.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from metapixel_simulator import Simulator
from tests.histories.engines.model.engine import ModelEngine
from tests.histories.engines.model.plugins import Plugins
from tests.histories.estate import CONFIGURATION, ENVIRONMENT, world
from tests.histories.generator import generate
from tests.histories.player import Player
from tests.settings.settings import combination, environment, named, singles

#: The number of histories of each setting.
_HISTORIES = 2
_COMBINATIONS = int(os.environ.get("METAPIXEL_SETTINGS", "0"))
_SEED = int(os.environ.get("METAPIXEL_SEED", "20261126"))


def _played() -> Iterator[dict[str, object]]:
    yield from (dict([setting]) for setting in singles())
    yield from map(combination, range(_SEED, _SEED + _COMBINATIONS))


@pytest.mark.parametrize(
    ("seed", "switches"),
    [pytest.param(*each, id=named(each[1])) for each in enumerate(_played(), _SEED)],
)
def test_a_setting_holds(seed: int, switches: dict[str, object]) -> None:
    tokens = ENVIRONMENT | environment(switches, ENVIRONMENT)
    with Plugins.opened(tokens) as plugins, Simulator(world()) as sim:
        for each in range(seed, seed + _HISTORIES):
            engine = ModelEngine(sim, plugins, CONFIGURATION)
            Player(sim, generate(each, switches), engine).play()
