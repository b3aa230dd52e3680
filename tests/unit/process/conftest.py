"""Operations of a run against the example world."""

from __future__ import annotations

import pytest

from metapixel_provider.process.operations import Operations
from metapixel_provider.process.runtime import Runtime
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_simulator import Simulator
from tests.unit.connection.support import configuration


@pytest.fixture
def runtime(sim: Simulator, reported: list[str]) -> Runtime:
    values = {
        "graphUrl": sim.url,
        "accessToken": "owner-token",
        "credentials": '{"agency": {"accessToken": "northlight-token"}}',
    }
    return Runtime(configuration(values), lambda text, _: reported.append(text))


@pytest.fixture
def reported() -> list[str]:
    return []


@pytest.fixture
def shares(runtime: Runtime) -> Operations:
    return Operations(ResourceType.SHARE, runtime)


@pytest.fixture
def permissions(runtime: Runtime) -> Operations:
    return Operations(ResourceType.PERMISSION, runtime)
