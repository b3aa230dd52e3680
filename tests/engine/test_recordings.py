"""Today's engine still makes the calls that the model's engine is compared with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.model import recordings
from tests.model.record import record
from tests.model.scenarios import SCENARIOS

pytestmark = pytest.mark.engine


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_engine_does_what_was_recorded(scenario: str, tmp_path: Path) -> None:
    found = record(SCENARIOS[scenario], tmp_path)

    for now, recorded in zip(found, recordings.load(scenario), strict=True):
        assert now == recorded
