"""Commands that are killed on the real engine.

Only CI kills a command at every call. The model of the engine does so too (`tests/histories`).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest

from metapixel_simulator import Simulator
from tests.engine.conftest import estate
from tests.support.example import (
    HARBOUR,
    HARBOUR_ACCOUNT,
    NORTHLIGHT,
    NORTHLIGHT_ACCOUNT,
    PIXEL,
    PIXEL_3,
)
from tests.support.processes import Kill, is_plugin, wait_until
from tests.support.programs import permission, program, share
from tests.support.stack import Stack

pytestmark = pytest.mark.engine

UP = ("up", "--yes", "--skip-preview")
DESTROY = ("destroy", "--yes", "--skip-preview")
TASKS = ("ANALYZE", "UPLOAD")
ACTIVE = {
    (PIXEL, NORTHLIGHT): frozenset(TASKS),
    (PIXEL, HARBOUR): frozenset({"ANALYZE"}),
}
PERMITTED = {(PIXEL, HARBOUR, HARBOUR_ACCOUNT)}


class Rehearsal:
    """Plays one command again and again, each time killed one call later."""

    def __init__(self, stack: Stack, sim: Simulator) -> None:
        self.stack, self.sim = stack, sim
        shutil.copytree(stack.home / "backend", stack.home / "first")

    def kills(
        self,
        phase: str,
        what: str,
        *command: str,
        before: Callable[[], object] = lambda: None,
        **environment: str,
    ) -> Iterator[Kill]:
        """Yield each kill, after which the stack is unlocked, until a run ends before its kill."""
        for call in range(1, 100):
            self.sim.reset()
            shutil.rmtree(self.stack.home / "backend")
            shutil.copytree(self.stack.home / "first", self.stack.home / "backend")
            before()
            kill = Kill(call, phase, what)
            run = kill.run(self.stack, self.sim, *command, **environment)
            assert (run.code != 0) is bool(kill.killed), run.output
            if not kill.killed:
                assert call > 5
                return
            if what == "command":
                self.stack.pulumi("cancel", "--yes")
            yield kill
        raise AssertionError("each of 99 commands was killed")


@pytest.fixture
def rehearsal(stack: Callable[..., Stack], sim: Simulator) -> Rehearsal:
    return Rehearsal(stack(estate(*TASKS)), sim)


def assert_all_stands(rehearsal: Rehearsal) -> None:
    """Everything declared stands, in state and at Meta, and was brought about once."""
    stack, sim = rehearsal.stack, rehearsal.sim
    assert sim.shares() == ACTIVE
    assert sim.permissions() == PERMITTED
    assert sim.open_requests() == []
    assert len(sim.world.requests) == 1
    assert sim.count(method="DELETE") == 0
    assert sim.count("POST agencies", business=NORTHLIGHT) == 1
    assert sim.count("POST request") == 1
    assert sim.count("POST shared_accounts") == 1
    assert set(stack.resources()) == {"active", "waiting", "answer", "account"}
    assert stack.resources()["account"]["status"] == "ACTIVE"


@pytest.mark.rest
def test_up_goes_on_after_a_kill_of_the_plugin_at_every_call(rehearsal: Rehearsal) -> None:
    for _ in rehearsal.kills("before", "plugin", *UP):
        rehearsal.stack.up()
        assert_all_stands(rehearsal)


@pytest.mark.rest
def test_up_goes_on_after_a_kill_at_every_call_where_state_is_written_at_the_end(
    rehearsal: Rehearsal,
) -> None:
    for _ in rehearsal.kills("after", "command", *UP, PULUMI_SKIP_CHECKPOINTS="1"):
        assert rehearsal.stack.resources() == {}
        rehearsal.stack.pulumi(*UP, PULUMI_SKIP_CHECKPOINTS="1")
        assert_all_stands(rehearsal)


@pytest.mark.rest
def test_destroy_goes_on_after_a_kill_at_every_call(rehearsal: Rehearsal) -> None:
    stack, sim = rehearsal.stack, rehearsal.sim
    for _ in rehearsal.kills("after", "command", *DESTROY, before=stack.up):
        stack.destroy()
        assert (sim.shares(), sim.permissions(), stack.resources()) == ({}, set(), {})


def test_what_waits_when_the_engine_alone_is_killed_is_never_sent(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(program(share("active", PIXEL, NORTHLIGHT)))
    sim.fault("POST agencies", kind="rate_limit")  # the plugin waits for a minute

    kill = Kill(4, "before", "engine")
    kill.run(made, sim, *UP)

    assert len(kill.plugins) == 1
    assert sim.count("POST agencies") == 1
    wait_until(lambda: not any(map(is_plugin, kill.plugins)), "the plugin ends with its engine")
    made.pulumi("cancel", "--yes")
    made.up()
    assert sim.count("POST agencies") == 2


def test_a_kill_between_the_new_name_and_the_end_of_the_old_one_interrupts_nothing(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    def renamed(suffix: str, *later: str) -> str:
        """A share that is active, and a permission on it."""
        share_, after = f"active{suffix}", f"depends_on=[active{suffix}]"
        account = permission(
            f"account{suffix}",
            PIXEL,
            NORTHLIGHT,
            NORTHLIGHT_ACCOUNT,
            credentials="northlight",
            opts=after,
        )
        return program(share(share_, PIXEL, NORTHLIGHT), account, *later)

    made = stack(renamed(""))
    made.up()
    access = (sim.shares(), sim.permissions())
    # The engine deletes what has no name any more last: a share after the renamed ones is where
    # to kill it, at the first call about that share's pixel.
    made.write(renamed("2", share("late", PIXEL_3, NORTHLIGHT, opts="depends_on=[account2]")))

    killed = Kill(1, "before", "command", pixel=PIXEL_3).run(made, sim, *UP)

    assert killed.code != 0
    assert {"active", "active2", "account", "account2"} <= set(made.resources())
    made.pulumi("cancel", "--yes")
    made.write(renamed("2"))
    made.up()
    assert sim.count(method="DELETE") == 0
    assert (sim.shares(), sim.permissions()) == access
    assert set(made.resources()) == {"active2", "account2"}
