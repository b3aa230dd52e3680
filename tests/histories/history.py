"""One history as data that both engines can play, and that an error prints as code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from tests.histories.moment import Record
from tests.histories.program import Program, Written
from tests.histories.resources import Resource, name_of


@dataclass(frozen=True, repr=False)
class Act(Written):
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


@dataclass(frozen=True, repr=False)
class Trouble(Written):
    """Calls that go wrong during one command.

    `kind` is a fault of the simulator, on `times` calls of this endpoint (or of all) after the
    first `after_n`. `outage`: the first write has its effect, and each later call is reset; with
    `when="after"` the answer of that write is lost too. `stale`: reads lag behind writes by `times`
    reads. `haste`: the command begins before reads return the writes of the last one. `dead token`:
    the agencies have revoked their token.
    """

    kind: str
    endpoint: str | None = None
    when: str = "before"
    times: int = 1
    after_n: int = 0


@dataclass(frozen=True, repr=False)
class Killed(Written):
    """The `engine`, `plugin` or whole `command` dies at a call, `before` or `after` its effect.

    An `interruption` is one by the user, and a `second interruption` follows at once. With an
    `endpoint`, only its calls are counted.
    """

    call: int
    phase: str
    what: str
    endpoint: str = ""


@dataclass(frozen=True, repr=False)
class Command(Written):
    """A `pulumi` command; `targets`, `excludes` and `replaces` are names of resources, or URNs."""

    verb: str = "up"
    flags: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    with_preview: bool = False
    skip_checkpoints: bool = False
    killed: Killed | None = None

    @property
    def is_plain(self) -> bool:
        """Whether it runs the whole program once."""
        has_program = self.verb in ("up", "preview") and "--run-program" not in self.flags
        return has_program and not self.is_partial

    @property
    def is_partial(self) -> bool:
        return bool(self.targets or self.excludes)

    def covers(self, name: str) -> bool:
        """Whether the command is about a resource of this name."""
        if self.targets:
            return name in map(name_of, self.targets)
        return name not in map(name_of, self.excludes)

    def on(self, known: Sequence[Resource | Record]) -> Command:
        """The command with the URNs of what the program declares or the state has for names."""
        return self.with_names(
            lambda names: tuple(dict.fromkeys(each.urn for each in known if each.name in names))
        )

    def with_names(self, change: Callable[[tuple[str, ...]], tuple[str, ...]]) -> Command:
        """The command with its lists of names or URNs changed."""
        return replace(
            self,
            targets=change(self.targets),
            excludes=change(self.excludes),
            replaces=change(self.replaces),
        )

    @property
    def arguments(self) -> tuple[str, ...]:
        """The arguments after `pulumi`."""
        options = [("--target", each) for each in self.targets]
        options += [("--exclude", each) for each in self.excludes]
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
            name_of(word) for word in self.arguments if word not in ("--yes", "--skip-preview")
        ]
        settings = [f"{key}={value}" for key, value in self.environment.items()]
        return " ".join([*settings, "pulumi", *words]) + " (with its preview)" * self.with_preview


@dataclass(frozen=True, repr=False)
class Step(Written):
    """A program, acts and trouble, then one command, on a day of the history.

    People act `meanwhile` before the first write of the command, which has no trouble then.
    """

    program: Program
    command: Command
    acts: tuple[Act, ...] = ()
    meanwhile: tuple[Act, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    day: int = 1

    @property
    def is_hasty(self) -> bool:
        return any(trouble.kind == "haste" for trouble in self.troubles)


@dataclass(frozen=True, repr=False)
class History(Written):
    """What happens from the first `up` on. `destroy` are the flags of the last command."""

    seed: int
    steps: tuple[Step, ...]
    switches: dict[str, object] = field(default_factory=dict)
    foreign_requests: tuple[str, ...] = ()
    destroy: tuple[str, ...] = ()
