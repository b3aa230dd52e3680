"""Today's engine still makes the calls that the model's engine is compared with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.model import recordings
from tests.model.record import record
from tests.model.scenarios import SCENARIOS
from tools.engine.programs import version_of

pytestmark = pytest.mark.engine


def assert_recorded(scenario: str, folder: Path) -> None:
    found = record(SCENARIOS[scenario], folder)

    for now, recorded in zip(found, recordings.load(scenario), strict=True):
        assert now == recorded


@pytest.mark.rest
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_engine_does_what_was_recorded(scenario: str, tmp_path: Path) -> None:
    assert_recorded(scenario, tmp_path)


def test_an_engine_of_another_version_does_what_was_recorded(tmp_path: Path) -> None:
    if version_of("pulumi") == recordings.version():
        return
    for scenario in SCENARIOS:
        assert_recorded(scenario, tmp_path / scenario)
