"""`metapixel probe` against a simulator, without the waits for rate limits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from metapixel_cli.probe import calls
from metapixel_provider.graph import limits
from metapixel_simulator import Simulator
from tests.cli.probe.probing import Probe, spare_pixel


@pytest.fixture(scope="module")
def served() -> Iterator[Simulator]:
    with Simulator(spare_pixel()) as simulator:
        yield simulator


@pytest.fixture
def probe(served: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Probe:
    """The command on a spare pixel, with both tokens and an ad account."""
    for name, seconds in (("DEFAULT_WAIT", 0.01), ("LEAST_WAIT", 0.01), ("MOST_WAIT", 0.01)):
        monkeypatch.setattr(limits, name, seconds)
    monkeypatch.setattr(calls, "FIRST_PAUSE", 0.001)
    served.on_request = None
    served.reset()
    return Probe(served, tmp_path)
