"""The lifecycle methods, and their arguments and results: plain data that an adapter converts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from metapixel_provider.sharing.days import today
from metapixel_provider.sharing.forms import UNKNOWN
from metapixel_provider.sharing.possible import NOTHING, Possible

if TYPE_CHECKING:
    from datetime import date

    from metapixel_provider.errors import MetaPixelError
    from metapixel_provider.sharing.meta import Meta
    from metapixel_provider.sharing.resource_types import ResourceType

#: Inputs or outputs of a resource, by their snake_case names in the state.
Properties = dict[str, object]


@dataclass(frozen=True)
class Problem:
    """A problem with one input, for the person who wrote it."""

    property: str
    reason: str


@dataclass(frozen=True)
class Checked:
    """Inputs in their normal form, and their problems."""

    inputs: Properties
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Notice:
    """A warning to the user, such as who has to accept a request.

    Of several notices with the same `topic`, only the first is shown. Without a topic, the text is
    the topic.
    """

    text: str
    topic: str = ""


@dataclass(frozen=True)
class Difference:
    """The difference between the recorded outputs and the declared inputs.

    `changed`: the inputs that differ from the recorded inputs. `needs_update`: the access at Meta
    differs or is not confirmed. `replaces`: the changed inputs that require a replacement.
    """

    changed: tuple[str, ...] = ()
    needs_update: bool = False
    replaces: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """The result of an operation: the id and the outputs, which include the inputs.

    `deleted` is True if the resource no longer exists. Only a read sets `inputs`: the inputs that
    would declare the access as Meta returned it, so that the next plan shows drift. `existed`
    contains notices about access at Meta that this stack had not sent. After a creation, they are
    not shown if the run knew the access before.
    """

    id: str
    outputs: Properties
    notices: tuple[Notice, ...] = ()
    deleted: bool = False
    inputs: Properties | None = None
    existed: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class OlderRecord:
    """An older record of the access that a creation declares, which this run dropped or refreshed.

    If the record `is_dropped`, the access belongs to this program, so the creation may change it as
    an update does. Otherwise, the state still has the record. The `outputs` are empty if another
    process dropped or refreshed the record.
    """

    outputs: Properties
    is_dropped: bool = False


@dataclass
class Known:
    """What a run knows about a resource so far.

    `is_declared`: the program has registered it. `is_recorded`: the state has it under the name of
    the declaration. `needs_update`: the next update reads or writes. `has_ended`: this run has
    ended its access. `was_refreshed`: a refresh of this run has read its record, or has not found
    it at Meta. `still_permitted`: the ad accounts whose permission this run could not withdraw
    before it ends their share.
    """

    is_declared: bool = False
    is_recorded: bool = False
    needs_update: bool = False
    has_ended: bool = False
    was_refreshed: bool = False
    still_permitted: list[str] = field(default_factory=list)


class Declarations(Protocol):
    """The resources that a run has registered or ended so far."""

    def of(self, resource: str, key: str) -> Known:
        """Return what is known about the resource with this type and this id."""

    def every(self, resource: str) -> Sequence[Properties]:
        """Return the inputs of all resources of this type that this provider serves."""


class Lifecycle(ABC):
    """The operations on one kind of resource. `check` and `difference` make no calls.

    The others can raise MetaPixelError. Only a standing response depends on `today`, the date.
    """

    type_: ResourceType

    def __init__(self, declarations: Declarations, today: Callable[[], date] = today) -> None:
        self.declarations = declarations
        self._today = today

    def check(self, new: Properties, recorded: Properties | None = None) -> Checked:
        """Return the inputs in normal form, and each mistake.

        `recorded` are the inputs in the state, for resources that compare them.
        """
        inputs: Properties = {}
        problems = []
        for each in self.type_.inputs:
            value = new.get(each.name)
            if value is None:
                if each.required:
                    problems.append(Problem(each.name, "is required"))
                continue
            inputs[each.name] = value  # It remains as it is if it is wrong or not known yet.
            if value is UNKNOWN:
                continue
            try:
                inputs[each.name] = each.form.normal(value)
            except ValueError as error:
                problems.append(Problem(each.name, str(error)))
        for name, value in new.items():
            if value is not None and name not in self.type_.input_names:
                problems.append(Problem(name, "there is no such input"))
        return Checked(inputs, tuple(problems))

    def difference(self, outputs: Properties, inputs: Properties) -> Difference:
        """Return the difference between the recorded outputs and the validated inputs."""
        differing = changed_names(self.type_.input_names, outputs, inputs)
        replaces = tuple(name for name in differing if name in self.type_.key)
        if replaces:
            return Difference(differing, replaces=replaces)
        return replace(self.preview(outputs, inputs), changed=differing)

    @abstractmethod
    def preview(self, outputs: Properties, inputs: Properties) -> Difference:
        """Return `needs_update` (the next update has to read or write), and the notices."""

    @abstractmethod
    def may_create(self, inputs: Properties, older: OlderRecord | None = None) -> Possible:
        """Return the writes that `create` may send. `inputs` can contain UNKNOWN.

        `older` is an older record of the same access, whether or not the run has refreshed it.
        """

    @abstractmethod
    def may_update(self, outputs: Properties, inputs: Properties) -> Possible:
        """Return the writes that `update` may send. Both arguments can contain UNKNOWN."""

    def may_delete(self, recorded: Properties) -> Possible:
        """Return the writes that `delete` may send."""
        return NOTHING

    def may_supersede(self, recorded: Properties, declared: Properties) -> Possible:
        """Return the writes that `supersede` may send."""
        return NOTHING

    @abstractmethod
    def create(self, meta: Meta, inputs: Properties, older: OlderRecord | None = None) -> Outcome:
        """Create or adopt the declared access."""

    @abstractmethod
    def read(self, meta: Meta, recorded: Properties) -> Outcome:
        """Read the access. An outage raises an error, because it does not prove a deletion.

        For `.get()` and an import, `recorded` contains only the ids that form the resource id.
        """

    @abstractmethod
    def update(self, meta: Meta, outputs: Properties, inputs: Properties) -> Outcome:
        """Change the existing access to the declared access."""

    def delete(self, meta: Meta, recorded: Properties) -> tuple[Notice, ...]:
        """End the access. If there is no access, this is not an error."""
        return ()

    def unread(self, recorded: Properties, refusal: MetaPixelError) -> Outcome:
        """Return the result of a refused refresh, or raise the refusal."""
        raise refusal

    def not_deleted(self, recorded: Properties, error: MetaPixelError) -> tuple[Notice, ...]:
        """Return the notices if the state can drop the resource anyway, or raise the error."""
        raise error

    def removed(self, recorded: Properties) -> tuple[Notice, ...]:
        """Return the notices about a removal that changes nothing at Meta."""
        return ()

    def supersede(self, meta: Meta, recorded: Properties, declared: Properties) -> Outcome | None:
        """Restore the declared access before a second record of the same resource is dropped.

        The last write may have sent the inputs of the dropped record. Returns None if nothing has
        to be sent: if Meta gets only inputs of the key, they cannot differ.
        """
        return None

    def unconfirmed(self, inputs: Properties, older: Properties, error: MetaPixelError) -> Outcome:
        """Return the record of access whose older record was dropped, after a creation failed.

        Raises the error only if there is no access at Meta that an error could lose.
        """
        raise error


def changed_names(names: Iterable[str], old: Properties, new: Properties) -> tuple[str, ...]:
    """Return the properties that differ. None equals an absent value. An unknown value differs."""
    return tuple(
        name for name in names if new.get(name) is UNKNOWN or old.get(name) != new.get(name)
    )
