"""Today's engine still makes the calls that the model's engine is compared with.

An engine of the recorded version makes the calls that it made when it was recorded, so CI compares
a few scenarios. Another version is compared in all scenarios, also at a desk.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.histories.recordings import transcript
from tests.histories.recordings.record import record
from tests.histories.recordings.scenarios import SCENARIOS
from tools.engine.programs import version_of

pytestmark = pytest.mark.engine

#: What also depends on Pulumi's package for Python, and a kill.
_SOME = ("rename", "component and alias", "replace a chain", "killed with checkpoints off")


def assert_recorded(scenario: str, folder: Path) -> None:
    found = record(SCENARIOS[scenario], folder)

    for now, recorded in zip(found, transcript.load(scenario), strict=True):
        assert now == recorded


@pytest.mark.rest
@pytest.mark.parametrize("scenario", _SOME)
def test_the_engine_does_what_was_recorded(scenario: str, tmp_path: Path) -> None:
    assert_recorded(scenario, tmp_path)


def test_an_engine_of_another_version_does_what_was_recorded(tmp_path: Path) -> None:
    if version_of("pulumi") == transcript.version():
        pytest.skip("this engine has the version of the recordings")
    for scenario in SCENARIOS:
        assert_recorded(scenario, tmp_path / scenario)
