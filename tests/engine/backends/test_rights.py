"""A job that may only read the state, as a preview needs it, and a key service for its secrets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from metapixel_simulator import Simulator
from tests.engine.backends.conftest import WITH_RIGHTS, checkout
from tests.support.backends.backend import Backend
from tests.support.backends.s3 import S3Server
from tests.support.example import NORTHLIGHT, PIXEL, PIXEL_2
from tests.support.programs import program, share
from tests.support.stack import Stack
from tests.support.terminal import follows

pytestmark = [pytest.mark.engine, pytest.mark.rest]

ONE = program(share("one", PIXEL, NORTHLIGHT))
TWO = program(share("one", PIXEL, NORTHLIGHT), share("two", PIXEL_2, NORTHLIGHT))


@WITH_RIGHTS
@follows("pulumi preview --refresh", "pulumi up")
def test_a_job_that_may_only_read_previews_and_stores_nothing(
    backend: Backend, kept: Callable[..., Stack], sim: Simulator, tmp_path: Path
) -> None:
    made = kept(backend, ONE)
    made.up()
    made.write(TWO)
    reading = checkout(made, tmp_path / "reading", backend.reader)
    reading.type("pulumi login URL", URL=backend.url)
    reading.type("pulumi stack select NAME", NAME="test")
    before = backend.stored()

    preview = reading.type("pulumi preview --refresh")
    sim.clear_requests()
    refused = reading.type("pulumi up", ok=False)

    assert "+ 1 to create 2 unchanged" in preview.text  # the stack counts as unchanged too
    assert "permission denied for table" in refused.text or "AccessDenied" in refused.text
    assert backend.stored() == before
    assert sim.requests == []


WITH_KEY = "pulumi stack init NAME --secrets-provider KEY"


@follows(WITH_KEY)
@follows("pulumi preview --refresh")
def test_a_job_that_may_only_decrypt_previews_a_stack_whose_secrets_a_key_service_encrypts(
    s3_server: S3Server, stack: Callable[..., Stack], sim: Simulator, tmp_path: Path
) -> None:
    backend = s3_server.backend()
    made = stack(ONE)
    writing = checkout(made, tmp_path / "writing", backend.writer)
    for name in ("PULUMI_CONFIG_PASSPHRASE", "META_ACCESS_TOKEN"):
        del writing.environment[name]
    writing.type("pulumi login URL", URL=backend.url)
    writing.type(WITH_KEY, NAME="production", KEY=s3_server.key)
    writing.type("pulumi config set --secret metapixel:accessToken", given="owner-token\n")
    writing.type("pulumi config set", more=["metapixel:graphUrl", sim.url])
    writing.type("pulumi up")

    writing.environment.update(backend.reader)
    writing.type("pulumi preview --refresh", more=["--expect-no-changes"])

    assert not any(b"owner-token" in content for content in backend.stored().values())
