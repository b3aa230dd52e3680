"""Random histories, and those that once found something, on the model of the engine.

The real plugin runs, and dies. `METAPIXEL_MODEL_EXAMPLES` is the number of random histories,
`METAPIXEL_NATIVE_EXAMPLES` that of the ones that move to the native plugin, and `METAPIXEL_SEED`
the first seed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from metapixel_simulator import Simulator
from tests.histories.cases import CASES, CHAIN
from tests.histories.engines.model.engine import ModelEngine
from tests.histories.engines.model.native import NativeModelEngine, NativePlugins
from tests.histories.engines.model.plugins import Plugins
from tests.histories.estate import CONFIGURATION, ENVIRONMENT, world
from tests.histories.generator import generate
from tests.histories.history import Command, History, Killed, Step
from tests.histories.player import Engine, Player, WrongError
from tests.histories.shrink import shrink
from tests.support.depth import examples

_FIRST_SEED = 20261125


class Model:
    """Plays histories on the engines that `make` makes."""

    def __init__(self, sim: Simulator, make: Callable[[History], Engine]) -> None:
        self._sim, self._make = sim, make

    def play(self, history: History) -> Player:
        """Play a history. Raises WrongError."""
        player = Player(self._sim, history, lambda: self._make(history))
        player.play()
        return player

    def is_wrong(self, history: History) -> bool:
        try:
            self.play(history)
        except WrongError:
            return True
        return False

    def play_random(self, count: int, option: str) -> None:
        """Play random histories. Fail with the first wrong one, after it was made short."""
        first = int(os.environ.get("METAPIXEL_SEED", _FIRST_SEED))
        for seed in range(first, first + count):
            if self.is_wrong(generate(seed)):
                print(f"play it again: .venv/bin/python -m tests.histories {seed} {option}")
                self.play(shrink(generate(seed), self.is_wrong))
                pytest.fail(f"the history of seed {seed} is wrong in one of two runs")


@pytest.fixture(scope="module")
def model() -> Iterator[Model]:
    with Plugins.opened(ENVIRONMENT) as plugins, Simulator(world()) as sim:
        yield Model(sim, lambda _: ModelEngine(sim, plugins, CONFIGURATION))


def test_meta_has_what_the_program_says(model: Model) -> None:
    model.play_random(examples("METAPIXEL_MODEL_EXAMPLES", desk=10, ci=75), "--model")


def test_meta_has_what_the_program_says_that_moves_to_the_native_plugin() -> None:
    with NativePlugins.opened(ENVIRONMENT) as plugins, Simulator(world()) as sim:
        native = Model(sim, lambda each: NativeModelEngine(sim, plugins, CONFIGURATION, each))
        count = examples("METAPIXEL_NATIVE_EXAMPLES", desk=1, ci=3)
        native.play_random(count, "--model --native")


@pytest.mark.parametrize("found", CASES)
def test_what_was_found_once_is_right(model: Model, found: str) -> None:
    player = model.play(CASES[found])

    assert player.limits["killed-creation"] == ("killed creation" in found)


def test_up_goes_on_after_a_kill_at_every_call(model: Model) -> None:
    for call in range(1, 100):
        command = Command(killed=Killed(call, "after", "command"))
        if model.play(History(0, (Step(CHAIN, command),))).kills == 0:
            assert call > 5
            return
