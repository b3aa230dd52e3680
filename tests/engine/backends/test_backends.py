"""A stack whose state is in a database or an object store, as `docs/state.md` describes it."""

from __future__ import annotations

import getpass
import shutil
import socket
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from metapixel_simulator import Simulator
from metapixel_simulator.request_log import Entry
from tests.support.backends import gcs, s3
from tests.support.backends.backend import Backend
from tests.support.example import NORTHLIGHT, PIXEL, PIXEL_2
from tests.support.programs import program, share
from tests.support.stack import Stack
from tests.support.terminal import Terminal, follows

pytestmark = pytest.mark.engine

ONE = program(share("one", PIXEL, NORTHLIGHT))
TWO = program(share("one", PIXEL, NORTHLIGHT), share("two", PIXEL_2, NORTHLIGHT))
WITH_KEY = "pulumi stack init NAME --secrets-provider KEY"


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
    """An empty backend of the server that the parameter names."""
    made = request.getfixturevalue(f"{request.param}_server").backend()
    assert isinstance(made, Backend)
    return made


def checkout(stack: Stack, folder: Path, environment: Mapping[str, str]) -> Terminal:
    """A terminal in another checkout of a stack's program, on a machine that is not logged in."""
    shutil.copytree(stack.project, folder / "project")
    elsewhere = stack.environment | {"PULUMI_HOME": str(folder / "home")} | dict(environment)
    del elsewhere["PULUMI_BACKEND_URL"]
    return Terminal(folder / "project", elsewhere)


IN_CI = [pytest.param(name, marks=pytest.mark.rest) for name in ("s3", "gcs")]


@pytest.mark.parametrize("backend", ["postgres", *IN_CI], indirect=True)
@follows("pulumi login URL", "pulumi stack init NAME", "pulumi stack select NAME", "pulumi up")
@follows("pulumi preview --refresh")
def test_a_stack_has_one_writer_at_a_time_stores_no_token_and_previews_for_a_reader(
    backend: Backend, stack: Callable[..., Stack], sim: Simulator, tmp_path: Path
) -> None:
    made = stack(ONE)
    writing = checkout(made, tmp_path / "writing", backend.writer)
    writing.type("pulumi login URL", URL=backend.url)
    writing.type("pulumi stack init NAME", NAME="test")
    writing.type("pulumi config set --secret metapixel:accessToken", given="owner-token\n")
    beside: list[str] = []

    def run_beside(entry: Entry, phase: str) -> None:
        if entry.endpoint == "POST agencies" and not beside:
            beside.append(writing.type("pulumi up", ok=False).text)

    sim.on_request = run_beside
    writing.type("pulumi up")
    made.write(TWO)
    reading = checkout(made, tmp_path / "reading", backend.reader)
    reading.type("pulumi login URL", URL=backend.url)
    reading.type("pulumi stack select NAME", NAME="test")
    before = backend.stored()
    assert "the stack is currently locked by 1 lock(s)" in beside[0]
    assert f"created by {getpass.getuser()}@{socket.gethostname()} (pid " in beside[0]
    assert any(NORTHLIGHT.encode() in content for content in before.values())
    assert not any(b"owner-token" in content for content in before.values())

    preview = reading.type("pulumi preview --refresh")

    assert "+ 1 to create 2 unchanged" in preview.text  # the stack counts as unchanged too
    if backend.reader != backend.writer:
        sim.clear_requests()
        refused = reading.type("pulumi up", ok=False).text
        assert "permission denied for table" in refused or "AccessDenied" in refused
        assert sim.requests == []
    assert backend.stored() == before
    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}


@pytest.mark.rest
@follows(WITH_KEY)
@follows("pulumi preview --refresh")
def test_a_job_that_may_only_decrypt_previews_a_stack_whose_secrets_a_key_service_encrypts(
    s3_server: s3.S3Server, stack: Callable[..., Stack], sim: Simulator, tmp_path: Path
) -> None:
    backend = s3_server.backend()
    writing = checkout(stack(ONE), tmp_path / "writing", backend.writer)
    for name in ("PULUMI_CONFIG_PASSPHRASE", "META_ACCESS_TOKEN"):
        del writing.environment[name]
    writing.type("pulumi login URL", URL=backend.url)
    writing.type(WITH_KEY, NAME="production", KEY=s3_server.key)
    writing.type("pulumi config set --secret metapixel:accessToken", given="owner-token\n")
    writing.type("pulumi config set metapixel:graphUrl {}", sim.url)
    writing.type("pulumi up")

    writing.environment.update(backend.reader)
    assert "to create" not in writing.type("pulumi preview --refresh").text

    assert not any(b"owner-token" in content for content in backend.stored().values())
