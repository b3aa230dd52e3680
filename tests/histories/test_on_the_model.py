"""Random histories, and those that once found something, on the model of the engine.

The real plugin runs, and dies. `METAPIXEL_MODEL_EXAMPLES` is the number of random histories,
`METAPIXEL_NATIVE_EXAMPLES` that of the ones that move to the native plugin, and `METAPIXEL_SEED`
the first seed. The error of a wrong history is that of the shortest one that is still wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest

from metapixel_simulator import Simulator
from tests.histories.cases import ACTIVE, CASES, CHAIN, GOES_ON
from tests.histories.engines.model.engine import ModelEngine
from tests.histories.engines.model.plugins import Plugins
from tests.histories.engines.providers import Providers
from tests.histories.estate import CONFIGURATION, ENVIRONMENT, HARBOUR, begin, world
from tests.histories.generator import generate, seeds
from tests.histories.history import Command, History, Killed
from tests.histories.player import Player
from tests.histories.shrink import play_and_shrink
from tests.histories.troubles import is_write

#: What the first world has on the pixel that no program declares.
FOREIGN = {*world().shares, *world().permissions}
BESIDE_A_CHAIN = replace(CHAIN, shares=(ACTIVE, *CHAIN.shares))


class Model:
    """Plays histories on engines."""

    def __init__(self, sim: Simulator, plugins: Plugins) -> None:
        self.sim, self._plugins = sim, plugins

    def engine(self, providers: Providers | None = None) -> ModelEngine:
        return ModelEngine(self.sim, self._plugins, CONFIGURATION, providers)

    def play(self, history: History, native: bool = False) -> Player:
        """Play a history, which moves to the native plugin if it is `native`. Raises WrongError."""
        providers = Providers(history) if native else None
        player = Player(self.sim, history, self.engine(providers))
        player.play()
        return player


@pytest.fixture(scope="module")
def model() -> Iterator[Model]:
    with Plugins.opened(ENVIRONMENT) as plugins, Simulator(world()) as sim:
        yield Model(sim, plugins)


@pytest.mark.parametrize("seed", seeds("METAPIXEL_MODEL_EXAMPLES", desk=7, ci=66))
def test_meta_has_what_the_program_says(model: Model, seed: int) -> None:
    play_and_shrink(generate(seed), model.play)


@pytest.mark.parametrize("seed", seeds("METAPIXEL_NATIVE_EXAMPLES", desk=2, ci=10))
def test_meta_has_what_the_program_says_that_moves_to_the_native_plugin(
    model: Model, seed: int
) -> None:
    play_and_shrink(generate(seed), partial(model.play, native=True))


@pytest.mark.parametrize("found", CASES)
def test_what_was_found_once_is_right(model: Model, found: str) -> None:
    # Only the native plugin can import.
    player, steps = model.play(CASES[found], native="import" in found), CASES[found].steps

    assert player.failed == [at for at, step in enumerate(steps, 1) if step.command == GOES_ON]


@pytest.mark.parametrize(
    ("verb", "what", "phase", "skips"),
    [
        ("up", "command", "after", False),
        ("up", "command", "after", True),
        ("up", "plugin", "before", False),
        ("destroy", "command", "after", False),
        ("up", "interruption", "before", False),
        ("destroy", "interruption", "after", True),
        ("up", "second interruption", "after", False),
    ],
    ids=[
        "up",
        "up with the state written at the end",
        "up with a new plugin",
        "destroy",
        "up, interrupted",
        "destroy with the state written at the end, interrupted",
        "up, interrupted twice",
    ],
)
def test_a_command_goes_on_after_a_kill_at_every_call_and_repeats_no_write(
    model: Model, verb: str, what: str, phase: str, skips: bool
) -> None:
    sim, program = model.sim, BESIDE_A_CHAIN.resources()
    command = Command(verb, skip_checkpoints=skips)
    for call in range(1, 100):
        begin(sim, ())
        engine = model.engine()
        if verb == "destroy":
            assert engine.run(Command(), program)[0].code == 0
        run, killed = engine.run(replace(command, killed=Killed(call, phase, what)), program)
        if run.code == 0 and not killed:
            assert call > 5
            return
        run, _ = engine.run(command, program)
        assert run.code == 0, run.output
        sent = Counter(
            (each.endpoint, each.business)
            for each in sim.requests
            if each.method == "POST" and is_write(each) and (phase == "after" or each.status)
        )
        # Meta does not tell what an open request is for, so the share is asked for again.
        assert {key for key, count in sent.items() if count > 1} <= {("POST agencies", HARBOUR)}
        assert [each.agency for each in sim.world.requests.values()] == [HARBOUR]
        held = set(BESIDE_A_CHAIN.keys.values()) if verb == "up" else set()
        assert {*sim.shares(), *sim.permissions()} - FOREIGN == held
        assert len(engine.records()) == (len(program) if held else 0)
    pytest.fail("each of 99 commands was killed")
