"""A stack whose state is in a database or an object store, as `docs/state.md` describes it."""

from __future__ import annotations

import getpass
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from metapixel_simulator import Simulator
from metapixel_simulator.request_log import Entry
from tests.engine.backends.conftest import BACKENDS, checkout
from tests.support.backends.backend import Backend
from tests.support.example import NORTHLIGHT, PIXEL
from tests.support.processes import Kill
from tests.support.programs import program, share
from tests.support.stack import Stack
from tests.support.terminal import Terminal, follows

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


@contextmanager
def applying(stack: Stack, sim: Simulator) -> Iterator[int]:
    """The process id of an `up` that goes on until the block ends."""
    under_way, may_end = threading.Event(), threading.Event()

    def hold(entry: Entry, phase: str) -> None:
        under_way.set()
        may_end.wait(timeout=60)

    sim.on_request = hold
    process = stack.start("up", "--yes", "--skip-preview")
    try:
        assert under_way.wait(timeout=60)
        yield process.pid
    finally:
        may_end.set()
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 0, output


@pytest.mark.rest
@follows("pulumi preview", "pulumi up")
def test_a_run_beside_another_fails_and_names_the_other_and_a_preview_ignores_it(
    backend: Backend, kept: Callable[..., Stack], sim: Simulator
) -> None:
    made = kept(backend, DECLARED)

    with applying(made, sim) as pid:
        refused = Terminal.of(made).type("pulumi up", ok=False).output
        preview = Terminal.of(made).type("pulumi preview")

    assert "the stack is currently locked by 1 lock(s)" in refused
    assert f"created by {getpass.getuser()}@{socket.gethostname()} (pid {pid})" in refused
    assert "PixelAgencyShare one create" in preview.text
    assert sim.count("POST agencies") == 1


@pytest.mark.rest
@follows("pulumi cancel --yes", "pulumi up")
def test_the_lock_of_a_killed_run_is_removed_and_the_next_up_goes_on(
    backend: Backend, kept: Callable[..., Stack], sim: Simulator
) -> None:
    made = kept(backend, DECLARED)
    kill = Kill(1, "after", "command", endpoint="POST agencies")
    kill.run(made, sim, "up", "--yes", "--skip-preview")
    assert kill.killed
    terminal = Terminal.of(made)
    assert f"(pid {kill.killed[0]})" in terminal.type("pulumi up", ok=False).output

    terminal.type("pulumi cancel --yes")
    terminal.type("pulumi up")

    assert set(made.resources()) == {"one"}
    assert sim.shares() == SHARED
    assert sim.count("POST agencies") == 1
