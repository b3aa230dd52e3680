"""Each provider is a process of its own, and none deletes what another one declares."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from metapixel_simulator import Simulator
from tests.support.example import NORTHLIGHT, PIXEL, PIXEL_2
from tests.support.processes import Kill
from tests.support.programs import program, share
from tests.support.stack import Stack
from tests.support.terminal import Terminal, follows, record

pytestmark = pytest.mark.engine


#: Two providers with the token of the owner.
PROVIDERS = {f"META_ACCESS_TOKEN_{name}": "owner-token" for name in ("FIRST", "SECOND")}


def declared(name: str, provider: str) -> str:
    return program(share(name, PIXEL, NORTHLIGHT, credentials=provider))


@pytest.mark.rest
@follows("pulumi up", after=["because a process of the plugin ended early"])
def test_the_killed_provider_of_a_new_name_keeps_the_share(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(declared("old", "first"), native=True, environment=PROVIDERS)
    made.up()

    made.write(declared("new", "second"))
    # The engine starts the process of the first provider after the other one was killed.
    kill = Kill(1, "before", "plugin")
    killed = kill.run(made, sim, "up", "--yes", "--skip-preview", "--continue-on-error")

    assert "old **deleting failed**" in killed.output
    record(["pulumi up"], killed.output)
    Terminal.of(made).type("pulumi up")
    assert (sim.count("POST agencies"), sim.count(method="DELETE")) == (1, 0)
    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}
    assert made.statuses() == {"new": "ACTIVE"}


def test_another_version_of_the_plugin_keeps_what_was_renamed_and_ends_what_was_removed(
    stack: Callable[..., Stack], sim: Simulator, tmp_path: Path
) -> None:
    older, newer = "version='0.8.0'", "version='0.9.0'"
    ends = share("ends", PIXEL_2, NORTHLIGHT, opts=older)
    both = program(share("old", PIXEL, NORTHLIGHT, opts=older), ends)
    made = stack(both, native=True, environment={"TMPDIR": str(tmp_path)})
    made.use_plugin("0.8.0", "0.9.0")
    made.up()

    made.write(program(share("new", PIXEL, NORTHLIGHT, opts=newer)))
    made.up()

    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}
    assert (sim.count("POST agencies"), sim.count(method="DELETE")) == (2, 1)
    assert made.statuses() == {"new": "ACTIVE"}
    (journals,) = tmp_path.glob("metapixel-*")
    assert list(journals.iterdir()) == []
