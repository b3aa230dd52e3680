"""Dataclasses of properties: the inputs of a resource, and its state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from functools import cached_property
from typing import Any, ClassVar, Self

from metapixel_provider.errors import ConfigurationError
from metapixel_provider.sharing.contract import Notice, Outcome, Properties
from metapixel_provider.sharing.resource_types import INTERNAL, ResourceType
from metapixel_provider.sharing.tasks import in_order


def stored(name: str, read: Callable[[Any], object], default: object = MISSING) -> Any:
    """Return the field of a property with another name, or with a value that is not text.

    `read` converts the value in the state. Without a name, it converts all properties.
    """
    return field(default=default, metadata={"property": name, "read": read})


class Record:
    """A dataclass whose fields are texts with the names of properties, or `stored`."""

    @classmethod
    def of(cls, properties: Mapping[str, object]) -> Self:
        """Return the record. A property without a value has the default of its field.

        Raises ConfigurationError for a status of a newer version, and if somebody removed a
        property from the state.
        """
        values: dict[str, Any] = {}
        for each in fields(cls):  # type: ignore[arg-type] # the subclasses are dataclasses
            name = each.metadata.get("property", each.name)
            # A field without the name of a property, such as `inputs`, contains a whole record.
            value = properties.get(name) if name else properties
            if value is not None:
                read = each.metadata.get("read", str)
                values[each.name] = read(value)
            elif each.default is MISSING:
                raise _incomplete(values, name)
        return cls(**values)

    def properties(self) -> Properties:
        """Return the properties of the record, in the form of the state."""
        found: Properties = {}
        for each in fields(self):  # type: ignore[arg-type]
            name = each.metadata.get("property", each.name)
            value = getattr(self, each.name)
            # An output that only the provider reads is recorded only while it has a value.
            is_left_out = value is None or (name in INTERNAL and not value)
            if isinstance(value, Record):
                found |= value.properties()
            elif not is_left_out:
                found[name] = _in_state(value)
        return found


class Inputs(Record):
    """The validated inputs of a resource. All of them are known.

    `noun` is the word for the resource in messages, and `send_again` the advice if another admin
    declined it.
    """

    type_: ClassVar[ResourceType]
    noun: ClassVar[str]
    send_again: ClassVar[str]

    @cached_property
    def id(self) -> str:
        return "/".join(getattr(self, name) for name in self.type_.identity)

    @property
    def name(self) -> str:
        """The resource in messages, such as `share of pixel 1 with agency 2`."""
        return f"{self.noun} of {self}"


@dataclass(frozen=True)
class State(Record):
    inputs: Any

    def outcome(self, *notices: Notice, existed: tuple[Notice, ...] = ()) -> Outcome:
        return Outcome(self.inputs.id, self.properties(), notices, existed=existed)

    def refreshed(self, *notices: Notice, existed: tuple[Notice, ...] = ()) -> Outcome:
        """Return the outcome of a read. Its inputs let the next plan show drift."""
        return replace(self.outcome(*notices, existed=existed), inputs=self.inputs.properties())


def _in_state(value: object) -> object:
    if isinstance(value, str):
        return str(value)  # The state contains the text of a status, and not the enum.
    if isinstance(value, frozenset):
        return [task.value for task in in_order(value)]
    return list(map(str, value)) if isinstance(value, tuple) else value


def _incomplete(values: Mapping[str, Any], name: str) -> ConfigurationError:
    """Return the error about a property without a value, after these values were read."""
    recorded = f"The record of {values['inputs'].id}" if "inputs" in values else "A record"
    return ConfigurationError(
        f"{recorded} in the state has no `{name}`; run `pulumi refresh`, which reads the resource "
        f"again"
    )
