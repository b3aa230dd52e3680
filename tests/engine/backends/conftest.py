"""What the tests of backends share: the servers, and checkouts of one program that use them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.support.backends import gcs, s3
from tests.support.backends.backend import Backend
from tests.support.stack import Stack
from tests.support.terminal import Terminal


@pytest.fixture(scope="session")
def s3_server() -> Iterator[s3.S3Server]:
    with s3.serving() as server:
        yield server


@pytest.fixture(scope="session")
def gcs_server() -> Iterator[gcs.GcsServer]:
    with gcs.serving() as server:
        yield server


@pytest.fixture
def backend(request: pytest.FixtureRequest) -> Backend:
    """An empty backend; `BACKENDS` and `WITH_RIGHTS` name the server as its parameter."""
    made = request.getfixturevalue(f"{request.param}_server").backend()
    assert isinstance(made, Backend)
    return made


_IN_CI = [pytest.param(name, marks=pytest.mark.rest) for name in ("s3", "gcs")]
#: Marks a test that runs on each backend.
BACKENDS = pytest.mark.parametrize("backend", ["postgres", *_IN_CI], indirect=True)
#: Marks a test that runs on each backend whose server checks what a user may do.
WITH_RIGHTS = pytest.mark.parametrize("backend", ["postgres", "s3"], indirect=True)


@pytest.fixture
def kept(stack: Callable[..., Stack]) -> Callable[..., Stack]:
    """A function that makes stacks whose state is in a backend."""

    def make(backend: Backend, program: str) -> Stack:
        place = {"PULUMI_BACKEND_URL": backend.url}
        return stack(program, environment=place | dict(backend.writer))

    return make


def checkout(stack: Stack, folder: Path, environment: Mapping[str, str]) -> Terminal:
    """A terminal in another checkout of a stack's program, on a machine that is not logged in."""
    shutil.copytree(stack.project, folder / "project")
    elsewhere = stack.environment | {"PULUMI_HOME": str(folder / "home")} | dict(environment)
    del elsewhere["PULUMI_BACKEND_URL"]
    return Terminal(folder / "project", elsewhere)
