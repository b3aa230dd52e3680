"""Histories on the model of the engine, and removals on the real engine, under a setting."""

from __future__ import annotations

import tempfile
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from metapixel_simulator import Simulator
from tests.engine.removal.cells import assert_cell, assert_way
from tests.engine.removal.stage import Stage
from tests.engine.removal.states import STATES
from tests.engine.removal.steps import Way
from tests.engine.removal.ways import WAYS
from tests.histories.engines.model.engine import ModelEngine
from tests.histories.engines.model.plugins import Plugins
from tests.histories.estate import CONFIGURATION, ENVIRONMENT, world
from tests.histories.generator import generate
from tests.histories.player import Player, WrongError
from tests.settings.settings import Setting, environment

_NAMES = ("up", "up-refresh", "destroy", "destroy-refresh", "rename-then-up", "replace-then-up")
#: The ways that every setting is played with.
_WAYS = tuple(way for way in WAYS if way.name in _NAMES)


@dataclass
class Outcome:
    """The documented refusals that occurred, and everything that is wrong."""

    refused: set[Setting] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)


class Theater:
    """A stage for removals and a simulator for histories, for one setting after the other."""

    def __init__(self, folder: Path, sim: Simulator) -> None:
        self._sim = sim
        self._stage = Stage(folder / "removal")

    @classmethod
    @contextmanager
    def opened(cls) -> Iterator[Self]:
        """Yield a theater in a folder of its own."""
        with tempfile.TemporaryDirectory() as folder, Simulator(world()) as sim:
            theater = cls(Path(folder), sim)
            yield theater
            theater._stage.sim.stop()

    def play(self, switches: Mapping[str, object], seeds: Sequence[int]) -> Outcome:
        """Play the histories of these seeds, and some ways to remove access, under a setting."""
        outcome = Outcome()
        with Plugins.opened({**ENVIRONMENT, **environment(switches, ENVIRONMENT)}) as plugins:
            for seed in seeds:
                self._history(switches, seed, plugins, outcome)
        for way in _WAYS:
            self._way(switches, way, outcome)
        return outcome

    def _history(
        self, switches: Mapping[str, object], seed: int, plugins: Plugins, outcome: Outcome
    ) -> None:
        player = Player(
            self._sim,
            generate(seed, dict(switches)),
            lambda: ModelEngine(self._sim, plugins, CONFIGURATION),
        )
        try:
            player.play()
        except WrongError as wrong:
            outcome.wrong.append(str(wrong))
        outcome.refused |= player.refused

    def _way(self, switches: Mapping[str, object], way: Way, outcome: Outcome) -> None:
        column = self._stage.play(way, switches)
        for moment in column.moments:
            outcome.refused |= moment.refused
        try:
            assert_way(column)
        except AssertionError:
            # After a failed command, the resources are as it left them.
            outcome.wrong.append(f"{way}:\n{traceback.format_exc(limit=-1)}")
            return
        for state in STATES:
            try:
                assert_cell(column, state)
            except AssertionError:
                outcome.wrong.append(f"{way}, {state}:\n{traceback.format_exc(limit=-1)}")
