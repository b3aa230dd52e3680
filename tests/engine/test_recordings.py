"""The engine still makes the calls that the model's engine is compared with.

An engine of the recorded version makes the calls that it made when it was recorded, so CI compares
what also depends on Pulumi's package for Python, and a kill. For another version, the recordings
are made again.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.histories.recordings import transcript
from tests.histories.recordings.record import record
from tests.histories.recordings.scenarios import SCENARIOS

pytestmark = [pytest.mark.engine, pytest.mark.rest]


@pytest.mark.parametrize(
    "scenario",
    ["rename", "component and alias", "replace a chain", "killed with checkpoints off"],
)
def test_the_engine_does_what_was_recorded(scenario: str, tmp_path: Path) -> None:
    found = record(SCENARIOS[scenario], tmp_path)

    for now, recorded in zip(found, transcript.load(scenario), strict=True):
        assert now == recorded
