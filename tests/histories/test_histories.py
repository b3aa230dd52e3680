"""Random histories on the real engine: a new seed in each run, printed in the test's name.

`METAPIXEL_HISTORIES` is their number, `METAPIXEL_SEED` the first seed. One seed is replayed by
`python -m tests.histories SEED`.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from metapixel_simulator import Simulator
from tests.histories.estate import world
from tests.histories.generator import generate
from tests.histories.player import Player

pytestmark = pytest.mark.engine

#: About three minutes on two cores.
_HISTORIES = 20


def _seeds() -> range:
    """The same in each worker of pytest-xdist, and others in the next run."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    first = int(os.environ.get("METAPIXEL_SEED", zlib.crc32(run.encode())))
    return range(first, first + int(os.environ.get("METAPIXEL_HISTORIES", _HISTORIES)))


@pytest.fixture(scope="module")
def sim() -> Iterator[Simulator]:
    with Simulator(world()) as simulator:
        yield simulator


@pytest.mark.parametrize("seed", _seeds())
def test_meta_has_what_the_program_says(sim: Simulator, tmp_path: Path, seed: int) -> None:
    Player(sim, tmp_path / "stack", generate(seed)).play()
