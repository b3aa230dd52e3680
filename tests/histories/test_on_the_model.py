"""Random histories, and those that once found something, on the model of the engine.

The real plugin runs, and dies. `METAPIXEL_MODEL_EXAMPLES` is the number of random histories,
`METAPIXEL_NATIVE_EXAMPLES` that of the ones that move to the native plugin, and `METAPIXEL_SEED`
the first seed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from metapixel_simulator import Simulator
from tests.histories.cases import CASES, CHAIN
from tests.histories.engines.model.engine import ModelEngine
from tests.histories.engines.model.plugins import Plugins
from tests.histories.engines.providers import Providers
from tests.histories.estate import CONFIGURATION, ENVIRONMENT, world
from tests.histories.generator import generate
from tests.histories.history import Command, History, Killed, Step
from tests.histories.player import Player, WrongError
from tests.histories.shrink import shrink
from tests.support.depth import examples

_FIRST_SEED = 20261125


class Model:
    """Plays histories on engines, which move to the native plugin if it `is_native`."""

    def __init__(self, sim: Simulator, plugins: Plugins) -> None:
        self._sim, self._plugins = sim, plugins
        self.is_native = False

    def play(self, history: History) -> Player:
        """Play a history. Raises WrongError."""
        providers = Providers(history) if self.is_native else None
        player = Player(
            self._sim,
            history,
            lambda: ModelEngine(self._sim, self._plugins, CONFIGURATION, providers),
        )
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
def opened() -> Iterator[tuple[Simulator, Plugins]]:
    with Plugins.opened(ENVIRONMENT) as plugins, Simulator(world()) as sim:
        yield sim, plugins


@pytest.fixture
def model(opened: tuple[Simulator, Plugins]) -> Model:
    return Model(*opened)


def test_meta_has_what_the_program_says(model: Model) -> None:
    model.play_random(examples("METAPIXEL_MODEL_EXAMPLES", desk=10, ci=75), "--model")


def test_meta_has_what_the_program_says_that_moves_to_the_native_plugin(model: Model) -> None:
    model.is_native = True
    model.play_random(examples("METAPIXEL_NATIVE_EXAMPLES", desk=1, ci=3), "--native")


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
    pytest.fail("each of 99 commands was killed")
