"""The lines of docs/rare-days.md."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.support.example import NORTHLIGHT, PIXEL
from tests.support.programs import program, share
from tests.support.stack import Stack
from tests.support.terminal import Terminal, follows

pytestmark = [pytest.mark.engine, pytest.mark.rest]

FIRST = share("agency", PIXEL, NORTHLIGHT)
HISTORY = "pulumi stack history --stack production"
SAVE = "pulumi stack export --stack production --file before.json"
RESTORE = "pulumi stack import --stack production --file before.json"
REFRESH = "pulumi refresh --stack production"


@follows(HISTORY)
def test_the_history_of_a_stack_has_the_commit_of_each_update(
    stack: Callable[..., Stack],
) -> None:
    made = stack(program(FIRST), name="production")
    identity = ["-c", "user.name=Test", "-c", "user.email=test@acme.example"]
    for command in (["init"], ["add", "."], [*identity, "commit", "-m", "Share the web shop"]):
        subprocess.run(["git", "-C", str(made.project), *command], check=True)
    head = subprocess.check_output(["git", "-C", str(made.project), "rev-parse", "HEAD"], text=True)
    made.up()

    assert head.strip() in Terminal.of(made).type(HISTORY).text


@follows(SAVE, RESTORE, REFRESH)
def test_a_state_that_was_saved_before_an_upgrade_is_restored_without_a_write(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(program(FIRST), name="production")
    terminal = Terminal.of(made)
    made.up()
    terminal.type(SAVE)
    made.write(program(share("agency", PIXEL, NORTHLIGHT, reason="Changed after the upgrade")))
    made.up()
    sim.clear_requests()

    terminal.type(RESTORE)
    terminal.type(REFRESH)

    assert made.statuses() == {"agency": "ACTIVE"}
    assert "reason" not in made.resources()["agency"]
    assert not [entry for entry in sim.requests if entry.method != "GET"]
