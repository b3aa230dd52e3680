"""Commands that remove access leave none. `tests/histories` mix commands, kills and faults."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.engine.conftest import WITH_BOTH_ADAPTERS
from tests.support.example import HARBOUR, NORTHLIGHT, NORTHLIGHT_ACCOUNT, PIXEL, PIXEL_2
from tests.support.programs import permission, program, share
from tests.support.stack import Stack

pytestmark = pytest.mark.engine

KEPT = share("kept", PIXEL_2, NORTHLIGHT)
ACCOUNT = (PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)
DECLARED = program(
    KEPT,
    share("active", PIXEL, NORTHLIGHT),
    share("waiting", PIXEL, HARBOUR),
    permission("account", *ACCOUNT, credentials="northlight", opts="depends_on=[active]"),
)
REMOVED = program(KEPT)
TARGETS = tuple(f"--target=**::{name}" for name in ("active", "waiting", "account"))
COMMANDS = [
    (REMOVED, "up"),
    (REMOVED, "up", "--refresh"),
    (REMOVED, "up", "--refresh", *TARGETS),
    (DECLARED, "destroy", "--exclude=**::kept"),
    (DECLARED, "destroy", "--refresh", *TARGETS),
]


@WITH_BOTH_ADAPTERS
def test_only_what_was_not_removed_remains_after_each_command(
    native: bool, stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(native=native)
    for text, *command in COMMANDS:
        made.write(DECLARED)
        made.up()
        assert len(made.resources()) == 4, command

        made.write(text)
        made.pulumi(*command, "--yes", "--skip-preview")

        left = (set(sim.shares()), sim.permissions(), sim.open_requests(), set(made.resources()))
        assert left == ({(PIXEL_2, NORTHLIGHT)}, set(), [], {"kept"}), command
