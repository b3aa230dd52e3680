"""`metapixel probe` against a simulator, without waits for rate limits, replicas and attempts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from metapixel_cli.probe.calls import Delay
from metapixel_provider.graph import limits
from metapixel_provider.graph.patience import Patience
from metapixel_simulator import Simulator
from tests.cli.probe.probing import Probe, spare_pixel


@pytest.fixture(scope="module")
def served() -> Iterator[Simulator]:
    with Simulator(spare_pixel()) as simulator:
        yield simulator


@pytest.fixture
def probe(served: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Probe:
    """The command on a spare pixel, with both tokens and an ad account."""
    for name in ("DEFAULT_WAIT", "LEAST_WAIT", "MOST_WAIT"):
        monkeypatch.setattr(limits, name, 0.01)
    original, quick = Patience.__init__, {"first_read_pause": 0.0, "lag": 0.0, "first_pause": 0.001}
    monkeypatch.setattr(
        Patience, "__init__", lambda self, **given: original(self, **{**given, **quick})
    )
    monkeypatch.setattr("metapixel_cli.probe.pixel.Delay", lambda reads, _: Delay(reads, 0.0))
    monkeypatch.chdir(tmp_path)
    served.on_request = None
    served.reset()
    return Probe(served, tmp_path)
