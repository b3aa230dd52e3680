"""Random histories on the real engine, each with its seed in the test's name.

`METAPIXEL_HISTORIES` is their number, `METAPIXEL_SEED` the first seed: `METAPIXEL_SEED=$RANDOM`
plays new ones.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from metapixel_simulator import Simulator
from tests.histories.engines.real import RealEngine
from tests.histories.estate import world
from tests.histories.generator import generate
from tests.histories.player import Player, WrongError
from tests.support.depth import examples

pytestmark = pytest.mark.engine

_FIRST_SEED = 20261125


def _seeds() -> range:
    """The same seeds in each run, so that a pull request fails only by its own change."""
    first = int(os.environ.get("METAPIXEL_SEED", _FIRST_SEED))
    return range(first, first + examples("METAPIXEL_HISTORIES", desk=2, ci=4))


@pytest.fixture(scope="module")
def sim() -> Iterator[Simulator]:
    with Simulator(world()) as simulator:
        yield simulator


@pytest.mark.parametrize("seed", _seeds())
def test_meta_has_what_the_program_says(sim: Simulator, tmp_path: Path, seed: int) -> None:
    try:
        history = generate(seed)
        Player(sim, history, lambda: RealEngine(sim, tmp_path / "stack", history.switches)).play()
    except WrongError:
        print(f"play it again, shorter: .venv/bin/python -m tests.histories {seed} --shrink")
        raise
