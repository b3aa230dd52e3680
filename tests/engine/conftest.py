"""Tests against the real Pulumi engine, which is on PATH, and the simulator over HTTP."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from metapixel_simulator import Simulator, World
from tests.support import sdks
from tests.support.backends import postgres
from tests.support.stack import ROOT, VENV, Stack

#: Marks a test that runs with the dynamic provider, and in CI also with the native plugin.
WITH_BOTH_ADAPTERS = pytest.mark.parametrize(
    "native",
    [False, pytest.param(True, marks=pytest.mark.rest)],
    ids=["dynamic", "native"],
)


@pytest.fixture
def sim() -> Iterator[Simulator]:
    """The example world, served."""
    with Simulator(World.example()) as simulator:
        yield simulator


@pytest.fixture
def stack(
    tmp_path: Path, sim: Simulator, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Stack]]:
    """Makes stacks that reach the simulator, with the owner's token and named sets of tokens.

    After a test that passed, each stack is destroyed, and must leave nothing at Meta.
    """
    stacks: list[Stack] = []
    failed_before = request.session.testsfailed

    def make(
        program: str | None = None,
        *,
        name: str = "test",
        folder: Path | None = None,
        config: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Stack:
        tokens = {
            "META_ACCESS_TOKEN": "owner-token",
            "META_ACCESS_TOKEN_HARBOUR": "harbour-token",
            "META_ACCESS_TOKEN_NORTHLIGHT": "northlight-token",
            "META_ACCESS_TOKEN_AGENCY": "harbour-token",
        }
        made = Stack(
            folder or tmp_path / name,
            program,
            name=name,
            config={"metapixel:graphUrl": sim.url, **(config or {})},
            environment=tokens | dict(environment or {}),
            **options,
        )
        stacks.append(made)
        return made

    yield make
    if request.session.testsfailed == failed_before:
        for each in reversed(stacks):
            each.end(sim)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.PostgresServer]:
    with postgres.serving() as server:
        yield server


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The distribution in a folder that pip can install it from."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def typescript(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages of programs in TypeScript that use the native plugin, to be linked."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("programs in TypeScript need node and npm")
    return sdks.node_modules(tmp_path_factory.mktemp("typescript"))


@pytest.fixture(scope="session")
def lent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages of this environment without ours, which a job has to install."""
    folder = tmp_path_factory.mktemp("lent")
    (packages,) = (VENV / "lib").glob("python*/site-packages")
    for each in packages.iterdir():
        if "metapixel" not in each.name:
            (folder / each.name).symlink_to(each)
    return folder
