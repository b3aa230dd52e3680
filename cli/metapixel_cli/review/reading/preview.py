"""A preview as data: what the engine would do, what policies said, whether it can be relied on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Properties = Mapping[str, object]


@dataclass(frozen=True)
class Snapshot:
    """A resource before or after a step."""

    id: str
    inputs: Properties
    outputs: Properties
    kept_on_delete: bool = False
    """Deleting it from state leaves it at Meta: `retain_on_delete`, or read and never managed."""


@dataclass(frozen=True)
class Step:
    """What the engine would do with one resource."""

    op: str
    urn: str
    type: str
    old: Snapshot | None
    new: Snapshot | None
    changed: tuple[str, ...] = ()
    """The inputs that differ."""

    @property
    def name(self) -> str:
        """The resource's name in the program."""
        return name_of(self.urn)


@dataclass(frozen=True)
class Violation:
    """What a policy found."""

    policy: str
    pack: str
    level: str
    severity: str
    resource: str
    description: str
    message: str
    exceptions: tuple[tuple[str, str], ...] = ()
    """Exceptions to the rule that matched, each with its reason."""


class Source(StrEnum):
    """Which of the engine's two kinds of output was read."""

    EVENTS = "events"
    PLAIN = "plain"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Preview:
    """Everything that was read. `complete` is false where the output ends before its end."""

    source: Source
    project: str = ""
    stack: str = ""
    steps: tuple[Step, ...] = ()
    violations: tuple[Violation, ...] = ()
    policy_packs: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    failed: bool = False
    complete: bool = True
    gaps: tuple[str, ...] = field(default=())
    """Sentences about what this output cannot tell."""


def name_of(urn: str) -> str:
    """The last part of a URN."""
    return urn.rsplit("::", 1)[-1]
