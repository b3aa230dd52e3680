"""One history as data that a person can read and that both engines can play."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tests.histories.estate import FOREIGN_PIXEL
from tests.histories.moment import Record
from tests.histories.program import Program
from tests.histories.resources import Resource


@dataclass(frozen=True)
class Act:
    """A person changes something in Business Settings, if it is there to be changed.

    `accept`, `decline`, `cancel`, `expire`: the open request that holds the pixel.
    `ask`, `share`, `unshare`: the share, of these tasks. `permit`, `withdraw`: the permission of
    this ad account. `a month passes`.
    """

    action: str
    pixel: str = ""
    agency: str = ""
    tasks: tuple[str, ...] = ()
    account: str = ""

    def __str__(self) -> str:
        if not self.pixel:
            return f"meanwhile: {self.action}"
        tasks = f" for {', '.join(self.tasks)}" if self.tasks else ""
        account = f" and ad account {self.account}" if self.account else ""
        place = f"pixel {self.pixel} and agency {self.agency}"
        return f"by hand: {self.action} {place}{account}{tasks}"


@dataclass(frozen=True)
class Trouble:
    """Calls that go wrong during one command.

    `kind` is a fault of the simulator, on `times` calls of this endpoint (or of all) after the
    first `after_n`. `outage`: the first write has its effect, and each later call is reset; with
    `when="after"` the answer of that write is lost too. `stale`: reads lag behind writes by `times`
    reads. `haste`: the command begins before reads return the writes of the last one.
    """

    kind: str
    endpoint: str | None = None
    when: str = "before"
    times: int = 1
    after_n: int = 0

    def __str__(self) -> str:
        if self.kind == "haste":
            return "trouble: reads do not return yet what the last command wrote"
        if self.kind == "stale":
            return f"trouble: {self.times} stale read(s) after each write"
        if self.kind == "outage":
            lost = "the answer of the first write" if self.when == "after" else "the first write"
            return f"trouble: an outage from {lost} on"
        times = "all" if self.times < 0 else self.times
        skipped = f" after {self.after_n} of them" if self.after_n else ""
        calls = f"{times} {self.endpoint or 'call(s) of any kind'}"
        return f"trouble: {self.kind} {self.when} the effect of {calls}{skipped}"


@dataclass(frozen=True)
class Killed:
    """The `engine`, `plugin` or whole `command` dies at a call, `before` or `after` its effect.

    With an `endpoint`, only its calls are counted.
    """

    call: int
    phase: str
    what: str
    endpoint: str = ""

    def __str__(self) -> str:
        return f"killed: the {self.what}, {self.phase} the effect of call {self.call}"


@dataclass(frozen=True)
class Command:
    """A `pulumi` command; `targets` and `replaces` are names of resources, or their URNs."""

    verb: str = "up"
    flags: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    with_preview: bool = False
    skip_checkpoints: bool = False
    killed: Killed | None = None

    def covers(self, name: str) -> bool:
        """Whether the command is about a resource of this name."""
        return not self.targets or name in self.targets

    def among(self, known: Sequence[Resource | Record]) -> Command:
        """The command for what the program declares or the state has."""
        names = {each.name for each in known}
        targets, replaces = (
            tuple(name for name in chosen if name in names)
            for chosen in (self.targets, self.replaces)
        )
        return replace(self, targets=targets, replaces=replaces)

    def on(self, known: Sequence[Resource | Record]) -> Command:
        """The command with URNs for names."""
        targets, replaces = (
            tuple(dict.fromkeys(each.urn for each in known if each.name in chosen))
            for chosen in (self.targets, self.replaces)
        )
        return replace(self, targets=targets, replaces=replaces)

    @property
    def arguments(self) -> tuple[str, ...]:
        """The arguments after `pulumi`."""
        options = [("--target", each) for each in self.targets]
        options += [("--replace", each) for each in self.replaces]
        flags = [*self.flags, *(part for option in options for part in option)]
        if self.verb != "preview":
            flags += ["--yes"] + ["--skip-preview"] * (not self.with_preview)
        return (self.verb, *flags)

    @property
    def environment(self) -> dict[str, str]:
        return {"PULUMI_SKIP_CHECKPOINTS": "1"} if self.skip_checkpoints else {}

    def __str__(self) -> str:
        """The command as a person reads it: names for URNs, and without `--yes`."""
        words = [
            word.rpartition("::")[2]
            for word in self.arguments
            if word not in ("--yes", "--skip-preview")
        ]
        settings = [f"{key}={value}" for key, value in self.environment.items()]
        return " ".join([*settings, "pulumi", *words]) + " (with its preview)" * self.with_preview


@dataclass(frozen=True)
class Step:
    """Edits, acts and trouble, then one command."""

    program: Program
    command: Command
    edits: tuple[str, ...] = ()
    acts: tuple[Act, ...] = ()
    troubles: tuple[Trouble, ...] = ()

    @property
    def is_hasty(self) -> bool:
        return any(trouble.kind == "haste" for trouble in self.troubles)

    def lines(self, last: Program | None) -> list[str]:
        """The step as text; the program only if it is not the last one."""
        lines = [f"edit: {edit}" for edit in self.edits]
        if self.program != last:
            statements = [each.statement() for each in self.program.resources()]
            lines += [f"    {statement}" for statement in statements or ["(empty)"]]
        lines += [str(each) for each in (*self.acts, *self.troubles)]
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
