"""Tests against the real Pulumi engine, which is on PATH, and the simulator over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from metapixel_simulator import Simulator, World
from tests.support.backends import postgres
from tests.support.example import HARBOUR, HARBOUR_ACCOUNT, NORTHLIGHT, OWNER, PIXEL
from tests.support.programs import Code, permission, program, response, share
from tests.support.stack import Stack


def estate(*tasks: str) -> str:
    """One share that stands at once, one that waits, its acceptance, and an ad account on it."""
    return program(
        share("active", PIXEL, NORTHLIGHT, *tasks),
        share("waiting", PIXEL, HARBOUR),
        response(
            "answer",
            Code("waiting.pending_request_id"),
            owner_business_id=OWNER,
            credentials="harbour",
        ),
        permission(
            "account",
            PIXEL,
            HARBOUR,
            HARBOUR_ACCOUNT,
            credentials="harbour",
            opts="depends_on=[answer]",
        ),
    )


@pytest.fixture
def sim() -> Iterator[Simulator]:
    """The example world, served."""
    with Simulator(World.example()) as simulator:
        yield simulator


@pytest.fixture
def stack(tmp_path: Path, sim: Simulator) -> Callable[..., Stack]:
    """Makes stacks that reach the simulator, with the owner's token and named sets of tokens."""

    def make(
        program: str | None = None,
        *,
        name: str = "test",
        config: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
        project: Path | None = None,
        folder: Path | None = None,
    ) -> Stack:
        tokens = {
            "META_ACCESS_TOKEN": "owner-token",
            "META_ACCESS_TOKEN_HARBOUR": "harbour-token",
            "META_ACCESS_TOKEN_NORTHLIGHT": "northlight-token",
            "META_ACCESS_TOKEN_AGENCY": "harbour-token",
        }
        return Stack(
            folder or tmp_path / name,
            program,
            project=project,
            name=name,
            config={"metapixel:graphUrl": sim.url, **(config or {})},
            environment=tokens | dict(environment or {}),
        )

    return make


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.PostgresServer]:
    programs = postgres.programs()
    if programs is None:
        pytest.skip("no PostgreSQL: neither pg_ctl on PATH nor a folder in /usr/lib/postgresql")
    with postgres.serving(programs) as server:
        yield server
