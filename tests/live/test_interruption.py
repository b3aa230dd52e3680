"""A run that is killed, interrupted or cut off from Meta, and the restoration after it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from metapixel_simulator.request_log import Entry
from tests.live.living import QUICK, Live, is_write, variables
from tests.support.example import PIXEL_3
from tests.support.stack import ROOT

pytestmark = pytest.mark.rest


def at_write(suite: Live, number: int, do: Callable[[], object]) -> None:
    """Call `do` after the effect of a write."""
    seen = 0

    def count(entry: Entry, phase: str) -> None:
        nonlocal seen
        if is_write(entry) and phase == "after":
            seen += 1
            if seen == number:
                do()

    suite.sim.on_request = count


@pytest.mark.parametrize("write", [1, 3, 5])
def test_the_next_run_removes_the_leftovers_of_a_killed_run(suite: Live, write: int) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.live", *QUICK],
        cwd=ROOT,
        env={**os.environ, **variables(suite.sim, suite.folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    at_write(suite, write, process.kill)
    process.communicate("y\n", timeout=120)
    suite.sim.on_request = None
    # A call that was in flight takes effect even though its sender is dead.
    time.sleep(0.1)
    assert process.returncode == -signal.SIGKILL
    assert list(suite.folder.glob("*.journal"))
    assert suite.sim.shares() or suite.sim.open_requests()

    result = suite.run(given="y\ny\n")

    assert result.exit_code == 0, result.output
    assert (
        f"An earlier run is incomplete. Its access is removed first:\n  - pixel {PIXEL_3}"
        in result.stdout
    )
    assert suite.is_restored


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_restores_everything(suite: Live, number: signal.Signals) -> None:
    at_write(suite, 3, lambda: os.kill(os.getpid(), number))

    result = suite.run()

    assert result.exit_code == 130, result.output
    assert "Interrupted; no access of the suite remains, and no report was written" in result.stderr
    assert suite.is_restored
    assert not list(suite.folder.iterdir())


def test_a_second_run_in_the_folder_of_a_running_suite_is_refused(suite: Live) -> None:
    runs: list[subprocess.CompletedProcess[str]] = []

    def run_again() -> None:
        command = [sys.executable, "-m", "tests.live", "agency"]
        environment = {**os.environ, **variables(suite.sim, suite.folder)}
        runs.append(
            subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        )

    at_write(suite, 1, run_again)

    result = suite.run("agency")

    (second,) = runs
    assert second.returncode == 1
    assert second.stderr == (
        f"Error: Another run of the suite uses the folder {suite.folder}; wait until it has ended\n"
    )
    assert result.exit_code == 0, result.output
    assert suite.is_restored
    assert not (suite.folder / "lock").exists()


def test_an_act_that_fails_is_reported_and_the_next_one_begins_without_its_access(
    suite: Live,
) -> None:
    suite.sim.fault("GET agencies", kind="status", status=400, times=1, after_n=4)

    result = suite.run("agency", "batch")

    assert result.exit_code == 3, result.output
    assert ("agency", "the act") in suite.verdicts("differs")
    assert ("batch", "the act") in suite.verdicts("agreed")
    assert suite.is_restored


def test_a_write_that_waits_for_an_admin_is_withdrawn_after_an_act_that_failed(
    suite: Live,
) -> None:
    suite.sim.set(admin_approval="grants")
    sim = suite.sim
    at_write(suite, 1, lambda: sim.fault("GET agencies", kind="status", status=400, times=2))

    suite.run("agency")

    assert suite.sim.approve() == 0
    assert suite.is_restored


def test_after_an_outage_the_message_says_to_run_again_and_the_next_run_restores(
    suite: Live,
) -> None:
    at_write(suite, 1, lambda: suite.sim.fault(None, kind="reset", times=-1))

    result = suite.run("ad-account")

    assert result.exit_code == 4, result.output
    assert "run the suite again with the same variables" in result.stderr
    suite.sim.on_request = None
    suite.sim.clear_faults()
    assert suite.sim.open_requests()
    assert suite.run("ad-account", given="y\ny\n").exit_code == 0
    assert suite.is_restored
