"""An interrupted run loses nothing and repeats nothing."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable

import pytest

from metapixel_simulator import Simulator
from metapixel_simulator.request_log import Entry
from tests.support.example import NORTHLIGHT, PIXEL
from tests.support.programs import program, share
from tests.support.stack import Stack

pytestmark = [pytest.mark.engine, pytest.mark.rest]

UP = ("up", "--yes", "--skip-preview")


def test_an_interrupted_run_records_the_write_that_it_sent(
    stack: Callable[..., Stack], sim: Simulator
) -> None:
    made = stack(program(share("web", PIXEL, NORTHLIGHT)), native=True)
    made.use_real_processes()
    sim.fault("POST agencies", kind="delay", seconds=2)
    # As a terminal does, the interruption reaches all processes of the command.
    update = subprocess.Popen(
        ["pulumi", "--non-interactive", *UP],
        cwd=made.project,
        env=made.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )

    def interrupt(entry: Entry, phase: str) -> None:
        if entry.endpoint == "POST agencies":
            sim.on_request = None
            os.killpg(update.pid, signal.SIGINT)

    sim.on_request = interrupt
    output, _ = update.communicate(timeout=120)

    assert update.returncode != 0, output
    assert made.resources()["web"]["status"] == "ACTIVE", output
    assert sim.count("POST agencies") == 1
