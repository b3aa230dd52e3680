"""The steps of scenarios: a command each, and what happens before and during it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.histories.history import Act, Command, Killed
from tests.histories.resources import Resource, Resources


@dataclass(frozen=True)
class Step:
    """One command. People act before it, and Meta refuses the calls of a `fault` during it.

    `configure` is a change of the stack's configuration.
    """

    program: Resources
    command: Command
    acts: tuple[Act, ...]
    fault: Mapping[str, Any]
    configure: tuple[str, str] | None


Scenario = tuple[Step, ...]


def _step(
    verb: str,
    *declared: Resource,
    acts: tuple[Act, ...] = (),
    fault: Mapping[str, Any] | None = None,
    configure: tuple[str, str] | None = None,
    killed: str = "",
    killed_at: int = 1,
    checkpoints: bool = True,
    target: Resource | None = None,
    exclude: Resource | None = None,
    replace: Resource | None = None,
    with_preview: bool = False,
    **flags: bool,
) -> Step:
    """A step; `killed` is an endpoint: the command is killed after the effect of such a call."""
    command = Command(
        verb,
        tuple(f"--{flag.replace('_', '-')}" for flag in flags),
        targets=(target.urn,) if target else (),
        excludes=(exclude.urn,) if exclude else (),
        replaces=(replace.urn,) if replace else (),
        with_preview=with_preview,
        skip_checkpoints=not checkpoints,
        killed=Killed(killed_at, "after", "command", killed) if killed else None,
    )
    return Step(declared, command, acts, fault or {}, configure)


up, preview = partial(_step, "up"), partial(_step, "preview")
refresh, destroy = partial(_step, "refresh"), partial(_step, "destroy")
