"""The example world, served."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from metapixel_simulator import Simulator, World


@pytest.fixture(scope="session")
def served() -> Iterator[Simulator]:
    """One simulator for the session; tests take `sim`, which restores the world."""
    with Simulator(World.example()) as simulator:
        yield simulator


@pytest.fixture
def sim(served: Simulator) -> Simulator:
    """The example world as it first was."""
    served.on_request = None
    served.reset()
    return served
