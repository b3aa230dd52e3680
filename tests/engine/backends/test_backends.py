"""A stack whose state is in a database or an object store, as `docs/state.md` describes it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from metapixel_simulator import Simulator
from tests.engine.backends.conftest import BACKENDS, checkout
from tests.support.backends.backend import Backend
from tests.support.example import NORTHLIGHT, PIXEL
from tests.support.programs import program, share
from tests.support.stack import Stack
from tests.support.terminal import follows

pytestmark = [pytest.mark.engine, BACKENDS]

SHARED = {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}
DECLARED = program(share("one", PIXEL, NORTHLIGHT))


@follows("pulumi login URL", "pulumi stack init NAME", "pulumi stack select NAME", "pulumi up")
@follows("pulumi preview --refresh")
def test_a_second_checkout_previews_what_the_first_has_applied(
    backend: Backend, stack: Callable[..., Stack], sim: Simulator, tmp_path: Path
) -> None:
    made = stack(DECLARED)
    first = checkout(made, tmp_path / "first", backend.writer)
    first.type("pulumi login URL", URL=backend.url)
    first.type("pulumi stack init NAME", NAME="test")
    first.type("pulumi up")

    second = checkout(made, tmp_path / "second", backend.writer)
    second.type("pulumi login URL", URL=backend.url)
    second.type("pulumi stack select NAME", NAME="test")
    second.type("pulumi preview --refresh", more=["--expect-no-changes"])

    assert sim.shares() == SHARED
