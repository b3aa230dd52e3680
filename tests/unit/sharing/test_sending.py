"""Repeated reads and writes: how often they are sent, and the pauses between them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from metapixel_provider.errors import OutcomeUnknownError
from metapixel_provider.graph.client import Client
from metapixel_provider.graph.credentials import Credentials
from metapixel_provider.graph.patience import Patience
from metapixel_provider.sharing.meta import Meta
from metapixel_provider.sharing.sending import read_until, send
from metapixel_provider.sharing.tasks import Task
from metapixel_provider.sharing.writes import share
from metapixel_simulator import Simulator
from tests.support.example import NORTHLIGHT, PIXEL
from tests.unit.conftest import MetaMaker, known_clock

PATIENCE = Patience(
    write_attempts=4, first_pause=1.0, longest_pause=100.0, reads=4, first_read_pause=1.0
)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that are asked for, none of which takes time."""
    found: list[float] = []
    sleeping = SimpleNamespace(sleep=found.append)
    monkeypatch.setattr("metapixel_provider.sharing.sending.time", sleeping)
    return found


def test_a_read_is_repeated_a_few_times_after_pauses_that_double(
    meta: MetaMaker, pauses: list[float]
) -> None:
    reads = iter(range(100))

    last = read_until(meta(patience=PATIENCE), "key", lambda: next(reads), lambda found: False)

    assert last == 3
    assert pauses == [1.0, 2.0, 4.0]


def test_a_write_without_an_effect_is_repeated_after_pauses_that_double(
    sim: Simulator, pauses: list[float]
) -> None:
    sim.fault("POST agencies", kind="reset", times=-1)
    write = share(PIXEL, NORTHLIGHT, [Task.ANALYZE])

    client = Client(Credentials("owner-token"), sim.url, patience=PATIENCE, clock=known_clock())
    sent = send(Meta(client), write, lambda answered: answered, lambda had_effect: had_effect)

    assert sent.answer is None
    assert isinstance(sent.error, OutcomeUnknownError)
    assert sim.count("POST agencies") == 4
    # Each is shortened at random, by half at most.
    for pause, longest in zip(pauses, [1.0, 2.0, 4.0], strict=True):
        assert longest / 2 < pause <= longest
