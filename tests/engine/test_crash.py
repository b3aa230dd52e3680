"""Commands that are killed on the real engine. `tests/histories` kill them at every call."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest

from metapixel_simulator import Simulator
from tests.engine.conftest import IN_BOTH_LANGUAGES
from tests.support import yaml_programs
from tests.support.example import (
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


@IN_BOTH_LANGUAGES
def test_what_waits_when_the_engine_alone_is_killed_is_never_sent(
    language: ModuleType, stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(
        language.program(language.share("active", PIXEL, NORTHLIGHT)),
        in_yaml=language is yaml_programs,
    )
    sim.fault("POST agencies", kind="rate_limit")  # the plugin waits for a minute

    kill = Kill(4, "before", "engine")
    kill.run(made, sim, *UP)

    assert kill.plugins
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
