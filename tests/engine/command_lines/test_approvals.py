"""The lines about writes that another admin has to approve."""

from __future__ import annotations

import contextlib
import os
import pty
import subprocess
from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from tests.support.example import NORTHLIGHT, NORTHLIGHT_ACCOUNT, PIXEL, PIXEL_2
from tests.support.programs import permission, program, share
from tests.support.stack import Stack
from tests.support.terminal import Terminal, follows, record

pytestmark = pytest.mark.engine

REMOVE = "pulumi state delete URN"
URNS = "pulumi stack --show-urns"
SHARE = share("campaigns", PIXEL, NORTHLIGHT)
PERMISSION = permission(
    "account", PIXEL_2, NORTHLIGHT, NORTHLIGHT_ACCOUNT, credentials="northlight"
)
WAITING = {"campaigns": ("UNCONFIRMED", True), "account": ("UNCONFIRMED", True)}
ACTIVE = {"campaigns": ("ACTIVE", None), "account": ("ACTIVE", None)}


def recorded(stack: Stack) -> dict[str, tuple[object, object]]:
    return {
        name: (outputs["status"], outputs.get("requires_admin_approval"))
        for name, outputs in stack.resources().items()
    }


@pytest.fixture
def waiting(stack: Callable[..., Stack], sim: Simulator) -> Stack:
    """A stack whose share and permission another admin has to approve."""
    sim.share(PIXEL_2, NORTHLIGHT, ["ADVERTISE"])
    sim.set(admin_approval="grants")
    return stack(program(SHARE, PERMISSION))


@follows(
    "pulumi up --refresh",
    after=["The {} is not confirmed, because another admin"],
)
def test_up_with_refresh_records_what_the_other_admin_has_approved(
    waiting: Stack, sim: Simulator
) -> None:
    terminal = Terminal.of(waiting)
    terminal.type("pulumi up")
    assert recorded(waiting) == WAITING

    waiting.expect_no_changes()
    terminal.type("pulumi up")
    assert sim.count("POST agencies") == sim.count("POST shared_accounts") == 1
    assert recorded(waiting) == WAITING

    sim.approve()
    terminal.type("pulumi up --refresh")

    assert recorded(waiting) == ACTIVE


@follows(REMOVE, URNS, after=["remove the {} from the state with"])
@follows("pulumi up", after=["so that the next `pulumi up` sends it again"])
def test_what_the_other_admin_has_declined_is_sent_again_as_the_messages_advise(
    waiting: Stack, sim: Simulator
) -> None:
    terminal = Terminal.of(waiting)
    terminal.type("pulumi up")
    sim.approve(reject=True)
    sim.set(admin_approval="never")

    urn = waiting.urn("account")
    assert urn in terminal.type(URNS).output
    terminal.type(REMOVE, URN=urn)
    waiting.write(program(share("campaigns", PIXEL, NORTHLIGHT, resend="again"), PERMISSION))
    terminal.type("pulumi up")

    assert recorded(waiting) == ACTIVE


@follows(REMOVE)
def test_the_record_of_a_moved_share_is_selected_in_a_terminal(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    sim.set(admin_approval="grants")
    made = stack(program(SHARE))
    made.up()
    sim.approve(reject=True)
    made.write(program(share("campaigns", PIXEL_2, NORTHLIGHT)))
    made.up(ok=False)
    first, second = made.recorded()
    assert first.urn == second.urn

    selected = typed_in_a_terminal(
        ["pulumi", "state", "delete", first.urn], Terminal.of(made), "Pending Deletion"
    )

    assert "Resource deleted" in selected
    record([REMOVE])
    (left,) = made.recorded()
    assert left.text("pixel_id") == PIXEL_2


def typed_in_a_terminal(command: list[str], terminal: Terminal, answer: str) -> str:
    """Run a command that lets a person select an option. `answer` is a part of the option."""
    ours, its = pty.openpty()
    environment = {**terminal.environment, "TERM": "xterm"}
    environment.pop("CI", None)
    with subprocess.Popen(
        command, cwd=terminal.folder, env=environment, stdin=its, stdout=its, stderr=its
    ) as process:
        os.close(its)
        printed, is_answered = "", False
        with contextlib.suppress(OSError):  # The command has ended, and closed its terminal.
            while chunk := os.read(ours, 4096).decode(errors="replace"):
                printed += chunk
                if "\x1b[6n" in chunk:
                    os.write(ours, b"\x1b[1;1R")
                if answer in printed and not is_answered:
                    is_answered = True
                    os.write(ours, f"{answer}\r".encode())
        assert process.wait() == 0, printed
    os.close(ours)
    return printed
