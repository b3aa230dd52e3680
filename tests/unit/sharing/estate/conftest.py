"""The simulator of the tests that read an estate."""

from collections.abc import Iterator

import pytest

from metapixel_simulator import Simulator
from tests.unit.sharing.estate.world import world


@pytest.fixture(scope="package")
def served() -> Iterator[Simulator]:
    with Simulator(world()) as simulator:
        yield simulator
