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


NEW, OLD = (program(share(name, PIXEL, NORTHLIGHT)) for name in ("new", "old"))
#: What a run warns of that finds both records.
TOLD = f"two records of {PIXEL}/{NORTHLIGHT}"


@pytest.mark.rest
@follows("pulumi up --target NEW", "pulumi up --target OLD", "--exclude NEW", "pulumi up --refresh")
@follows("pulumi up", after=["The state has two records of {}"])
def test_a_run_of_one_name_leaves_two_records_until_a_whole_run_or_ends_the_access(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(OLD)
    made.up()
    access, terminal = sim.shares(), Terminal.of(made)

    def urn(name: str) -> str:
        """The URN of a name of the share, also before its creation."""
        return f"{next(iter(made.urns().values())).rpartition('::')[0]}::{name}"

    def add_a_record() -> None:
        made.write(NEW)
        terminal.type("pulumi up --target NEW", NEW=urn("new"))
        assert set(made.resources()) == {"old", "new"}

    add_a_record()
    assert f"The state has {TOLD}" in terminal.type("pulumi refresh").text
    terminal.type("pulumi up")
    assert set(made.resources()) == {"new"}
    assert sim.count("DELETE agencies") == 0

    made.write(OLD)
    terminal.type("pulumi up", options=["--exclude NEW"], NEW=urn("old"))
    assert sim.shares() == {}
    terminal.type("pulumi up --refresh")
    assert sim.shares() == access

    add_a_record()
    terminal.type("pulumi up --target OLD", OLD=urn("old"))
    assert sim.shares() == {}
    terminal.type("pulumi up --refresh")
    assert sim.shares() == access

    made.write(OLD)
    terminal.type("pulumi up --target NEW", NEW=urn("old"))
    assert f"The state had {TOLD}" in made.destroy().output
    assert sim.shares() == {}
