"""Dynamic providers of a program's own, which run in the same process as ours, and plugins."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.support.example import NORTHLIGHT, PIXEL
from tests.support.programs import program, share
from tests.support.stack import Stack
from tests.support.terminal import Terminal, follows

pytestmark = pytest.mark.engine

FAILS = """
from pulumi.dynamic import Resource, ResourceProvider

class Failing(ResourceProvider):
    def create(self, props):
        return {}["missing"]

class Other(Resource):
    pass

failing = Other(Failing(), "other", {})
"""


def test_the_traceback_of_another_provider_stays_whole(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(program(share("ours", PIXEL, NORTHLIGHT), FAILS))

    failed = made.pulumi("up", "--yes", "--skip-preview", ok=False).output

    assert 'return {}["missing"]' in failed
    assert "KeyError: 'missing'" in failed


@follows("--continue-on-error", "pulumi up --refresh")
def test_a_rename_behind_a_failure_of_another_provider_ends_the_access_with_continue_on_error(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(program(share("old", PIXEL, NORTHLIGHT)))
    made.up()
    access, terminal = sim.shares(), Terminal.of(made)

    made.write(program(FAILS, share("new", PIXEL, NORTHLIGHT, opts="depends_on=[failing]")))
    terminal.type("pulumi up", options=["--continue-on-error"], ok=False)

    # The engine does not pass the new name to our provider, and not that another one has failed.
    assert (made.resources(), sim.shares()) == ({}, {})
    made.write(program(share("new", PIXEL, NORTHLIGHT)))
    terminal.type("pulumi up --refresh")
    assert sim.shares() == access
