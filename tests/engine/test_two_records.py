"""Two records of one share in a state: the declared tasks win, whichever was written last."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.support.example import NORTHLIGHT, PIXEL
from tests.support.programs import program, share
from tests.support.stack import Stack
from tests.support.terminal import Terminal, follows

pytestmark = pytest.mark.engine


class Renamed:
    """A stack with two records of a share, because only its new name was a target."""

    def __init__(self, stack: Callable[..., Stack]) -> None:
        self.stack = stack(program(share("old", PIXEL, NORTHLIGHT)))
        self.stack.up()
        self.terminal = Terminal.of(self.stack)
        self.rename("new")
        self.terminal.type("pulumi up --target NEW", NEW=self.urn("new"))
        assert set(self.stack.resources()) == {"old", "new"}

    def rename(self, name: str) -> None:
        self.stack.write(program(share(name, PIXEL, NORTHLIGHT)))

    def urn(self, name: str) -> str:
        """The URN of a name of the share, also before its creation."""
        return f"{next(iter(self.stack.urns().values())).rpartition('::')[0]}::{name}"


@follows("pulumi up --target NEW", "pulumi up", after=["The state has two records of {}"])
def test_a_refresh_reports_two_records_and_a_plain_up_drops_one(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    renamed = Renamed(stack)

    refreshed = renamed.terminal.type("pulumi refresh")
    renamed.terminal.type("pulumi up")

    assert f"The state has two records of {PIXEL}/{NORTHLIGHT}" in refreshed.text
    assert set(renamed.stack.resources()) == {"new"}
    assert sim.count("DELETE agencies") == 0
    assert "two records" not in renamed.stack.refresh().output


def test_a_deletion_reports_two_records(stack: Callable[..., Stack], sim: Simulator) -> None:
    destroyed = Renamed(stack).stack.destroy()

    assert f"The state had two records of {PIXEL}/{NORTHLIGHT}" in destroyed.output
    assert sim.shares() == {}


@follows("pulumi up --target OLD", "--exclude NEW", "pulumi up --refresh")
def test_a_run_that_leaves_the_new_name_out_ends_the_access_until_another_run_restores_it(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    renamed = Renamed(stack)
    access = sim.shares()

    renamed.terminal.type("pulumi up --target OLD", OLD=renamed.urn("old"))
    assert sim.shares() == {}
    renamed.stack.expect_no_changes()
    renamed.terminal.type("pulumi up --refresh")
    assert sim.shares() == access

    renamed.rename("newest")
    renamed.terminal.type("pulumi up", options=["--exclude NEW"], NEW=renamed.urn("newest"))
    assert sim.shares() == {}
    renamed.terminal.type("pulumi up")
    assert sim.shares() == access
