"""What every lifecycle step takes and reports: plain data that an adapter turns into its terms."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from metapixel_provider.errors import MetaPixelError
    from metapixel_provider.sharing.meta import Meta

#: Inputs or outputs of a resource, by their snake_case names, as they stand in state.
Properties = dict[str, object]


class Unknown(enum.Enum):
    """A value that is not known yet, in a preview."""

    UNKNOWN = "unknown"


UNKNOWN = Unknown.UNKNOWN


@dataclass(frozen=True)
class Problem:
    """What is wrong with one input, for the person who wrote it."""

    property: str
    reason: str


@dataclass(frozen=True)
class Checked:
    """Inputs in their one form, and what is wrong with them."""

    inputs: Properties
    problems: tuple[Problem, ...] = ()


class Severity(enum.Enum):
    """How much a notice matters."""

    INFO = "info"
    WARNING = "warning"


@dataclass(frozen=True)
class Notice:
    """Something a person should read: who has to accept what, what could not be shown.

    Of notices with the same `topic` one is enough; without one each text is its own.
    """

    text: str
    severity: Severity = Severity.WARNING
    topic: str = ""


@dataclass(frozen=True)
class Difference:
    """What separates what stands from what is declared.

    `inputs_changed`: what the user wrote differs; `needs_update`: what stands differs, or a step
    is due; `replaces`: the inputs that make it another resource.
    """

    inputs_changed: bool = False
    needs_update: bool = False
    replaces: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What a step left behind: id and outputs (with the inputs), or `gone`.

    `inputs` are given by a read where what stands differs from what was declared.
    """

    id: str
    outputs: Properties
    notices: tuple[Notice, ...] = ()
    gone: bool = False
    inputs: Properties | None = None


class Lifecycle(Protocol):
    """The steps of one kind of resource. `check`, `difference` and `key` need no network.

    The other steps raise MetaPixelError: RefusedError where the declaration conflicts with what
    stands, GraphError where Meta says no.
    """

    def check(self, old: Properties, new: Properties) -> Checked:
        """The inputs in their one form, with every mistake that can be seen from them."""

    def key(self, inputs: Mapping[str, object]) -> str | None:
        """The id the resource will have, None while it is not known."""

    def difference(self, outputs: Properties, inputs: Properties) -> Difference:
        """What separates the recorded outputs from checked inputs."""

    def create(self, meta: Meta, inputs: Properties, ours: bool = False) -> Outcome:
        """Brings about what is declared, adopting what stands already; `ours` may be changed."""

    def read(self, meta: Meta, resource_id: str, recorded: Properties) -> Outcome:
        """What stands. An outage raises; only Meta's own word makes it gone."""

    def update(self, meta: Meta, outputs: Properties, inputs: Properties) -> Outcome:
        """Changes what stands into what is declared."""

    def delete(self, meta: Meta, resource_id: str, recorded: Properties) -> tuple[Notice, ...]:
        """End the access; a resource that is absent already is no error."""

    def supersede(
        self, meta: Meta, resource_id: str, recorded: Properties, declared: Properties
    ) -> tuple[Notice, ...]:
        """Bring back what is declared, before an older record of the same resource is dropped.

        The older record may be that of the last write: of a replacement that was taken back after
        it had been created.
        """

    def unconfirmed(self, inputs: Properties, error: MetaPixelError) -> Outcome:
        """Record a resource that exists under an older name and whose creation failed.

        The engine has dropped the older name already, so an error would lose it. Raises the error
        if nothing exists at Meta that would have to be deleted.
        """


def as_list(value: object) -> list[object]:
    """Return a list from state or inputs, an empty one for anything else."""
    return list(value) if isinstance(value, list | tuple) else []


def changed(names: Iterable[str], old: Properties, new: Properties) -> tuple[str, ...]:
    """The properties that differ; absent and None are the same, an unknown always differs."""
    return tuple(
        name for name in names if new.get(name) is UNKNOWN or old.get(name) != new.get(name)
    )
