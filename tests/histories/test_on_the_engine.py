"""Random histories on the real engine, each with its seed in the test's name.

`METAPIXEL_HISTORIES` is their number, `METAPIXEL_SEED` the first seed. `test_on_the_model.py` plays
the same ones, and makes them short.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from metapixel_simulator import Simulator
from tests.histories.engines.real import RealEngine
from tests.histories.estate import world
from tests.histories.generator import generate, seeds
from tests.histories.player import Player

pytestmark = pytest.mark.engine


@pytest.mark.parametrize("seed", seeds("METAPIXEL_HISTORIES", desk=2, ci=4))
def test_meta_has_what_the_program_says(tmp_path: Path, seed: int) -> None:
    history = generate(seed)
    with Simulator(world()) as sim:
        Player(sim, history, RealEngine(sim, tmp_path / "stack", history.switches)).play()
