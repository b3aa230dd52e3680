"""Repeated reads and writes: how often they are sent, and the pauses between them."""

from __future__ import annotations

import pytest

from metapixel_provider.errors import Fault, OutcomeUnknownError
from metapixel_provider.graph.client import Patience
from metapixel_provider.sharing.sending import read_until, send
from tests.unit.conftest import MetaMaker

PATIENCE = Patience(attempts=4, first_pause=1.0, longest_pause=100.0, reads=4, first_read_pause=1.0)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that are asked for, none of which takes time."""
    found: list[float] = []
    monkeypatch.setattr("metapixel_provider.sharing.sending.time.sleep", found.append)
    return found


def test_a_read_is_repeated_a_few_times_after_pauses_that_double(
    meta: MetaMaker, pauses: list[float]
) -> None:
    reads = iter(range(100))

    last = read_until(meta(patience=PATIENCE), "key", lambda: next(reads), lambda found: False)

    assert last == 3
    assert pauses == [1.0, 2.0, 4.0]


def test_a_read_that_is_as_expected_is_not_repeated(meta: MetaMaker, pauses: list[float]) -> None:
    reads = iter(range(100))

    assert read_until(meta(patience=PATIENCE), "key", lambda: next(reads), lambda _: True) == 0
    assert pauses == []


def test_a_write_without_an_effect_is_repeated_after_pauses_that_double(
    meta: MetaMaker, pauses: list[float]
) -> None:
    writes = []

    def write() -> str:
        writes.append("sent")
        raise OutcomeUnknownError(Fault("no answer"))

    sent = send(meta(patience=PATIENCE), write, lambda: None)

    assert sent.result is None
    assert isinstance(sent.error, OutcomeUnknownError)
    assert len(writes) == 4
    # Each is shortened at random, by half at most.
    for pause, longest in zip(pauses, [1.0, 2.0, 4.0], strict=True):
        assert longest / 2 < pause <= longest
