"""A preview as plain data: the steps of the engine, policy violations, errors and gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from metapixel_cli.stacks.engine import OWN, name_of
from metapixel_provider.sharing.possible import is_hidden
from metapixel_provider.sharing.resource_types import ResourceType

_CREATES_OR_IMPORTS = ("create", "create-replacement", "import", "import-replacement")
DELETES = ("delete", "delete-replaced")
#: Operations that leave access as it is.
IDLE = (
    "read",
    "read-replacement",
    "discard",
    "discard-replaced",
    "remove-pending-replace",
    "refresh",
)
KNOWN_OPS = (*_CREATES_OR_IMPORTS, *DELETES, *IDLE, "same", "update", "replace")
#: Operations whose events contain the state before the operation, and those whose events contain
#: the state after it.
HAS_OLD = ("create-replacement", *DELETES, "refresh", "replace", "same", "update")
HAS_NEW = (*_CREATES_OR_IMPORTS, "replace", "same", "update")

#: Properties by the domain's names. A value that the engine hides is UNKNOWN.
Properties = dict[str, object]


class InputError(Exception):
    """A file does not have the content that its argument or option requires."""


@dataclass(frozen=True)
class Snapshot:
    """A resource before or after a step."""

    inputs: Properties
    outputs: Properties
    kept_on_delete: bool = False
    """True if its deletion leaves the access: it has `retain_on_delete`, or was only read."""
    is_only_read: bool = False
    """True if the program only reads the resource, which then has just an id."""
    is_protected: bool = False
    is_component: bool = False
    """True if the resource only contains others, so that nothing exists outside of the program."""
    urn: str = ""
    parent: str = ""
    """The URN of the component or the stack that contains the resource."""

    @property
    def record(self) -> tuple[object, ...]:
        """The parts of the record in the state, besides its values, that a preview contains."""
        return self.urn, self.parent, self.is_protected, self.kept_on_delete

    @property
    def own_inputs(self) -> Properties:
        """The inputs of the resource, without the engine's own."""
        return {name: value for name, value in self.inputs.items() if not name.startswith(OWN)}


@dataclass(frozen=True)
class Step:
    """A step of the engine: one operation on one resource.

    `type` is the engine's name of a type that this version does not know.
    """

    op: str
    urn: str
    type: ResourceType | str
    is_ours: bool
    """True for a resource of this package, even if this version does not know its type."""
    old: Snapshot | None
    new: Snapshot | None
    keys: tuple[str, ...] = ()
    """The properties that a replacement is for, or `id` if `--replace` or `taint` demands it."""
    place: int = 0
    """The place of the operation in the preview."""

    @property
    def name(self) -> str:
        return name_of(self.urn)

    @property
    def grants(self) -> bool:
        """True for a resource that grants access: a share or a permission."""
        return isinstance(self.type, ResourceType) and self.type.is_access

    @property
    def ends_management(self) -> bool:
        """True if the program only reads a resource that it managed before, by `.get()`."""
        return self.op == "read" and self.old is not None and not self.old.is_only_read

    @property
    def keeps_inputs(self) -> bool:
        """True if the program declares the recorded inputs. Two hidden inputs can differ."""
        if self.op not in ("same", "update") or self.old is None or self.new is None:
            return False
        declared = self.new.own_inputs
        may_differ = self.op == "update" and any(map(is_hidden, declared.values()))
        return declared == self.old.own_inputs and not may_differ

    @property
    def leaves(self) -> bool:
        return self.op == "delete" or self.ends_management

    @property
    def has_record(self) -> bool:
        """True if the older side is a record that the state keeps until this operation.

        Of a replacement, that is the deletion: the creation shows the record, but does not end it.
        """
        if self.old is None or self.old.is_only_read:
            return False
        only_shows_record = self.op in (*_CREATES_OR_IMPORTS, *IDLE)
        return self.ends_management or not only_shows_record

    @property
    def declares(self) -> bool:
        """True if the newer side is a declaration in the program."""
        is_managed = self.new is not None and not self.new.is_only_read
        return is_managed and self.op not in (*DELETES, *IDLE)

    @property
    def drops_record(self) -> bool:
        """True if the older record leaves the state, perhaps for a new one of the same resource."""
        return self.leaves or self.op in ("delete-replaced", "replace")

    @property
    def keeps_access(self) -> bool:
        """True if the access stays at Meta when the record leaves the state."""
        return self.ends_management or (self.old is not None and self.old.kept_on_delete)

    @property
    def is_skipped(self) -> bool:
        """True if the preview was limited to chosen resources, and this one was not chosen.

        The engine then reports the operation `same`, with the old outputs, or without any inputs if
        the resource does not exist yet. An ordinary `same` has the inputs and no outputs.
        """
        if self.op != "same" or self.new is None:
            return False
        return bool(self.new.outputs) or not self.new.inputs

    @property
    def keeps_the_state(self) -> bool:
        """True if the step does not change the record of the resource in the state."""
        if self.op == "refresh":
            return self.old == self.new
        changes_record = self.old and self.new and self.old.record != self.new.record
        return self.op == "same" and not changes_record

    @property
    def old_urn(self) -> str:
        """The resource's URN in the state, which differs from `urn` if an alias names it."""
        if self.old is not None and self.old.urn:
            return self.old.urn
        return self.urn


@dataclass(frozen=True, order=True)
class Exemption:
    """An exception that applies to a violation."""

    id: str
    reason: str


@dataclass(frozen=True)
class Violation:
    """A violation of a policy rule."""

    rule: str
    pack: str
    level: str
    """mandatory, advisory, remediate, or a level of a newer Pulumi."""
    severity: str | None
    """low, medium, high, critical or null."""
    resource: str
    message: str
    blocks: bool
    """True if the violation blocks the update."""
    exceptions: Sequence[Exemption]
    """The exceptions that apply to the violation."""
    is_new: bool = True
    """False if the program keeps the inputs of the resource, so that they violated the rule before.
    The exception is a rule whose result depends on other resources, or on the date. The events do
    not contain the rules' results for recorded inputs, so other old violations count as new."""


@dataclass(frozen=True)
class Preview:
    """The content of a preview. `complete` is false if the output was cut off.

    The review has the same project, stack, date, addresses, warnings and gaps.
    """

    begun: datetime | None = None
    """The time of the first event."""
    fixed_today: date | None = None
    addresses: tuple[str | None, ...] = ()
    project: str = ""
    stack: str = ""
    steps: tuple[Step, ...] = ()
    changes_outputs: bool = False
    """True if an output of the stack gets another value, as far as the values are known."""
    violations: tuple[Violation, ...] = ()
    policy_packs: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    """The names of the policy rules that the engine lists as passed or failed."""
    errors: tuple[str, ...] = ()
    """The errors, without the one that follows from a violation, and then what providers and the
    program wrote to their standard error."""
    warnings: tuple[str, ...] = ()
    failed: bool = False
    complete: bool = True
    gaps: tuple[str, ...] = ()
