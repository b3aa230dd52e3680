"""One history as data that a person can read and replay."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.histories.declarations import Program
from tests.histories.estate import FOREIGN_PIXEL


@dataclass(frozen=True)
class ByHand:
    """A person changes something in Business Settings, if it is there to be changed.

    `accept`, `decline`, `cancel`, `expire`: the open request that holds the pixel.
    `share`, `unshare`: the share, of these tasks. `permit`, `withdraw`: the permission.
    """

    action: str
    pixel: str
    agency: str
    tasks: tuple[str, ...] = ()

    def __str__(self) -> str:
        tasks = f" for {', '.join(self.tasks)}" if self.tasks else ""
        return f"by hand: {self.action} pixel {self.pixel} and agency {self.agency}{tasks}"


@dataclass(frozen=True)
class Trouble:
    """Calls that go wrong during one command.

    `kind` is a fault of the simulator, on `times` calls of this method after the first `after_n`.
    `outage`: the first write has its effect, and each later call is reset; with `when="after"` the
    answer of that write is lost too. `stale`: reads lag behind writes by `times` reads.
    """

    kind: str
    method: str = "POST"
    when: str = "before"
    times: int = 1
    after_n: int = 0

    def __str__(self) -> str:
        if self.kind == "stale":
            return f"trouble: {self.times} stale read(s) after each write"
        if self.kind == "outage":
            lost = "the answer of the first write" if self.when == "after" else "the first write"
            return f"trouble: an outage from {lost} on"
        skipped = f" after {self.after_n} of them" if self.after_n else ""
        return f"trouble: {self.kind} {self.when} the effect of {self.times} {self.method}{skipped}"


@dataclass(frozen=True)
class Killed:
    """The `engine`, `plugin` or whole `command` dies at a call, `before` or `after` its effect."""

    call: int
    phase: str
    what: str

    def __str__(self) -> str:
        return f"killed: the {self.what}, {self.phase} the effect of call {self.call}"


@dataclass(frozen=True)
class Command:
    """A `pulumi` command; `targets` and `replaces` are names of resources."""

    verb: str = "up"
    flags: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    skip_checkpoints: bool = False
    killed: Killed | None = None

    def covers(self, name: str) -> bool:
        """Whether the command is about a resource of this name."""
        return not self.targets or name in self.targets

    @property
    def arguments(self) -> tuple[str, ...]:
        return (
            self.verb,
            "--yes",
            "--skip-preview",
            *self.flags,
            *(f"--target=**::{name}" for name in self.targets),
            *(f"--replace=**::{name}" for name in self.replaces),
        )

    @property
    def environment(self) -> dict[str, str]:
        return {"PULUMI_SKIP_CHECKPOINTS": "1"} if self.skip_checkpoints else {}

    def __str__(self) -> str:
        settings = "".join(f"{key}={value} " for key, value in self.environment.items())
        return f"{settings}pulumi {' '.join(self.arguments)}"


@dataclass(frozen=True)
class Step:
    """Edits, changes by hand and trouble, then one command."""

    program: Program
    command: Command
    edits: tuple[str, ...] = ()
    by_hand: tuple[ByHand, ...] = ()
    troubles: tuple[Trouble, ...] = ()

    def lines(self, last: Program | None) -> list[str]:
        """The step as text; the program only if it is not the last one."""
        lines = [f"edit: {edit}" for edit in self.edits]
        if self.program != last:
            lines += [f"    {statement}" for statement in self.program.statements() or ["(empty)"]]
        lines += [str(each) for each in (*self.by_hand, *self.troubles)]
        if self.command.killed:
            lines.append(str(self.command.killed))
        return [*lines, f"$ {self.command}"]


@dataclass(frozen=True)
class History:
    """What happens from the first `up` on. `destroy` are the flags of the last command."""

    seed: int
    steps: tuple[Step, ...]
    switches: dict[str, object] = field(default_factory=dict)
    foreign_requests: tuple[str, ...] = ()
    destroy: tuple[str, ...] = ()

    def setting(self) -> list[str]:
        """What is different from the first world, as text."""
        return [f"switch: {name}={value}" for name, value in self.switches.items()] + [
            f"open request: agency {agency} for pixel {FOREIGN_PIXEL}, which no program declares"
            for agency in self.foreign_requests
        ]

    def lines(self) -> list[str]:
        """The history as text, without the commands that follow its steps."""
        lines, last = self.setting(), None
        for number, step in enumerate(self.steps, 1):
            lines += [f"step {number}", *(f"    {line}" for line in step.lines(last))]
            last = step.program
        return lines
