"""Random histories, and those that once found something, on the model of the engine.

The real plugin runs, and dies. `METAPIXEL_MODEL_EXAMPLES` is the number of random histories,
`METAPIXEL_SEED` the first seed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from metapixel_simulator import Simulator
from tests.histories.cases import CASES, OTHER
from tests.histories.engines.model.engine import ModelEngine
from tests.histories.engines.model.plugins import Plugins
from tests.histories.estate import CONFIGURATION, ENVIRONMENT, HARBOUR, world
from tests.histories.generator import generate
from tests.histories.history import Command, History, Killed, Step
from tests.histories.player import Player, WrongError
from tests.histories.program import Permission, Program, Response
from tests.histories.shrink import shrink
from tests.support.depth import examples

_FIRST_SEED = 20261125
_CHAIN = Program(
    (OTHER,), (Response("r1", OTHER.name),), (Permission("p2", OTHER.pixel, HARBOUR, "302"),)
)


class Model:
    """Plays histories on the model's engine."""

    def __init__(self, sim: Simulator, plugins: Plugins) -> None:
        self._sim, self._plugins = sim, plugins

    def play(self, history: History) -> Player:
        """Play a history. Raises WrongError."""
        player = Player(
            self._sim, history, lambda: ModelEngine(self._sim, self._plugins, CONFIGURATION)
        )
        player.play()
        return player

    def is_wrong(self, history: History) -> bool:
        try:
            self.play(history)
        except WrongError:
            return True
        return False


@pytest.fixture(scope="module")
def model() -> Iterator[Model]:
    with Plugins.opened(ENVIRONMENT) as plugins, Simulator(world()) as sim:
        yield Model(sim, plugins)


def test_meta_has_what_the_program_says(model: Model) -> None:
    first = int(os.environ.get("METAPIXEL_SEED", _FIRST_SEED))
    for seed in range(first, first + examples("METAPIXEL_MODEL_EXAMPLES", desk=10, ci=75)):
        if model.is_wrong(generate(seed)):
            print(f"play it again: .venv/bin/python -m tests.histories {seed} --model")
            model.play(shrink(generate(seed), model.is_wrong))
            pytest.fail(f"the history of seed {seed} is wrong in one of two runs")


@pytest.mark.parametrize("found", CASES)
def test_what_was_found_once_is_right(model: Model, found: str) -> None:
    player = model.play(CASES[found])

    assert player.limits["killed-creation"] == ("killed creation" in found)


def test_up_goes_on_after_a_kill_at_every_call(model: Model) -> None:
    for call in range(1, 100):
        command = Command(killed=Killed(call, "after", "command"))
        if model.play(History(0, (Step(_CHAIN, command),))).kills == 0:
            assert call > 5
            return
