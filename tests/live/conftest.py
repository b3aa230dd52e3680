"""The suite against a simulator in the place of Meta."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from metapixel_cli.probe import calls
from metapixel_provider.graph import limits
from tests.live.living import Live, in_place_of_meta


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    """The suite without long waits for rate limits and for outages."""
    for name in ("DEFAULT_WAIT", "LEAST_WAIT", "MOST_WAIT"):
        monkeypatch.setattr(limits, name, 0.01)
    monkeypatch.setattr(calls, "FIRST_PAUSE", 0.001)
    with in_place_of_meta() as sim:
        yield Live(sim, tmp_path)
