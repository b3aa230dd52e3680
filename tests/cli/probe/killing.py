"""A probe in a process of its own that is killed during a call, and what it leaves."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from click.testing import Result

from metapixel_cli.commands import metapixel
from metapixel_simulator import Simulator
from metapixel_simulator.answers import Dropped
from metapixel_simulator.request_log import Entry
from tests.cli.probe.probing import Probe, without_waits

# A process that has imported the command forks for each probe.
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["metapixel_cli.commands", "metapixel_cli.probe.command"])
_SECONDS = 120.0


@dataclass(frozen=True)
class Kill:
    """A kill during a call, whose number counts from 1.

    `has_effect` is False if the call gets lost. If `endpoint` is set, only calls to it are counted.
    """

    call: int
    has_effect: bool
    endpoint: str = ""

    def strike(self, probe: Probe, *more: str) -> str:
        """Run a probe until it is killed. Return the call, or "" if the probe made fewer calls."""
        process = _FORKS.Process(
            target=_probe,
            args=(probe.arguments("--yes", *more), dict(probe.environment), output(probe)),
        )
        number, struck = 0, ""

        def on_request(entry: Entry, phase: str) -> None:
            nonlocal number, struck
            if struck and phase == "before":
                raise Dropped(reset=True)
            # The hook is called for each entry of a batch too.
            if entry.endpoint == "POST batch" or self.endpoint not in ("", entry.endpoint):
                return
            number += phase == "before"
            if number == self.call and phase == ("after" if self.has_effect else "before"):
                struck = f"{entry.method} {entry.path}"
                process.kill()
                if not self.has_effect:
                    raise Dropped(reset=True)

        probe.sim.on_request = on_request
        process.start()
        process.join(_SECONDS)
        is_alive = process.is_alive()
        process.kill()
        process.join()
        process.close()
        probe.sim.on_request = None
        assert not is_alive, "the probe hangs"
        return struck


def output(probe: Probe) -> Path:
    """Return the file with the output of the last probe in a process of its own."""
    return probe.folder / "output"


def _probe(arguments: Sequence[str], environment: Mapping[str, str], output: Path) -> None:
    file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(file, stream)
    os.environ.update(environment)
    without_waits()
    metapixel(arguments)


def cleaned(probe: Probe) -> Result:
    """Clean up, while an admin approves the writes that wait. Return the last result."""
    for _ in range(4):
        result = probe.run("--cleanup")
        if result.exit_code != 4:
            break
        probe.sim.approve()
    return result


def left(sim: Simulator) -> set[str]:
    """Return the kinds of things that exist, or may exist later, on the spare pixel."""
    found = {
        "share": sim.shares(),
        "permission": sim.permissions(),
        "open request": sim.open_requests(),
        "waiting write": sim.sharing.approvals,
    }
    return {kind for kind, each in found.items() if each}
