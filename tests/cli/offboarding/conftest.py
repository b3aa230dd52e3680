"""`metapixel offboarding` against a simulator, without waits between attempts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from metapixel_provider.graph.patience import Patience
from metapixel_simulator import Simulator
from metapixel_simulator.things import Thing
from tests.cli.offboarding.offboarded import Offboarding, world

Begin = Callable[..., Offboarding]


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    original, quick = Patience.__init__, {"read_attempts": 2, "first_pause": 0.001, "outage": 0.0}
    monkeypatch.setattr(
        Patience, "__init__", lambda self, **given: original(self, **{**given, **quick})
    )


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    with ExitStack() as served:

        def begin(*things: Thing, **switches: object) -> Offboarding:
            sim = served.enter_context(Simulator(world(*things)))
            sim.set(**switches)
            return Offboarding(sim, tmp_path)

        yield begin
