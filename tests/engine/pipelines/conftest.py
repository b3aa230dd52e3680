"""What the tests of the example's workflows share."""

from __future__ import annotations

from pathlib import Path

import pytest

from metapixel_simulator import Simulator
from tests.support.backends import postgres
from tests.support.example_repository import Repository


@pytest.fixture
def repository(
    tmp_path: Path,
    wheel: Path,
    lent: Path,
    sim: Simulator,
    postgres_server: postgres.PostgresServer,
    request: pytest.FixtureRequest,
) -> Repository:
    """A repository of the example. A parameter is the folder of the project in it."""
    folder = getattr(request, "param", ".")
    return Repository(tmp_path, wheel, lent, sim, postgres_server.backend(), folder)
