"""What a way to remove resources is made of: commands, and what each must leave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum


class Leaves(Enum):
    """What a command must leave of every resource."""

    REMOVED = "neither Meta nor the state holds it"
    DECLARED = "both hold it, and nothing was deleted"
    REFRESHED = "the state says what Meta holds, and nothing was written"
    UNTOUCHED = "nothing changed"
    REFUSED = "nothing changed, and an error says that it was not deleted"
    FORGOTTEN = "Meta holds what it held, and the state does not know it"


@dataclass(frozen=True)
class Step:
    """One command after `pulumi`, and the name of the program that is there when it runs.

    TARGETS and REPLACES stand for an option for each resource. After a refresh the engine refuses
    the URN of a resource that the refresh found gone, and takes a pattern: so there they are
    patterns.

    `cut`: the connection of the first DELETE about each resource is reset `before` it reaches Meta,
    or `after` it took effect.
    """

    command: str
    program: str
    leaves: Leaves = Leaves.REMOVED
    ok: bool = True
    cut: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        cut = [f"({self.cut} each first DELETE)"] if self.cut else []
        variables = [f"{name}={value}" for name, value in self.environment.items()]
        return " ".join([f"{self.program}:", *variables, self.command, *cut])

    def arguments(self, urns: Mapping[str, str]) -> Iterator[str]:
        """The command's words; `urns` are those of the resources by their names."""
        chosen = [f"**::{name}" for name in urns] if self.refreshes else [*urns.values()]
        for word in self.command.split():
            if word == "TARGETS":
                yield from (f"--target={each}" for each in chosen)
            elif word == "REPLACES":
                yield from (f"--replace={each}" for each in chosen)
            else:
                yield word
        if self.command.startswith(("up", "destroy", "refresh", "state")):
            yield "--yes"

    @property
    def refreshes(self) -> bool:
        """The command reads every resource before it deletes one."""
        return "--refresh" in self.command


class Way:
    """Commands one after the other. `kept`: KEPT is still there after the last one."""

    def __init__(self, *steps: Step, kept: bool = True) -> None:
        self.steps = steps
        self.kept = kept

    def __str__(self) -> str:
        return ", ".join(map(str, self.steps))
