"""Dataclasses of properties: the inputs of a resource, and its state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from functools import cached_property, lru_cache
from typing import Any, ClassVar, Self

from metapixel_provider.errors import ConfigurationError
from metapixel_provider.sharing.contract import Notice, Outcome, Properties
from metapixel_provider.sharing.resource_types import KEPT, ResourceType
from metapixel_provider.sharing.tasks import in_order


def stored(name: str, read: Callable[[Any], object], default: object = MISSING) -> Any:
    """Return the field of a property with another name, or with a value that is not text.

    `read` converts the value in the state. Without a name, it converts all properties.
    """
    return field(default=default, metadata={"stored": (name, read)})


def is_true(value: object) -> bool:
    return value is True


class Record:
    """A dataclass whose fields are texts with the names of properties, or `stored`."""

    @classmethod
    def of(cls, properties: Mapping[str, object]) -> Self:
        """Return the record. A property without a value has the default of its field.

        Raises ConfigurationError for a status of a newer version, and if somebody removed a
        property from the state.
        """
        given: dict[str, Any] = {}
        for attribute, name, read, is_required in _stored(cls):  # type: ignore[arg-type] # a class has a hash
            value = properties.get(name) if name else properties
            if value is not None:
                given[attribute] = read(value)
            elif is_required:
                recorded = (
                    f"The record of {given['inputs'].id}" if "inputs" in given else "A record"
                )
                raise ConfigurationError(
                    f"{recorded} in the state has no `{name}`; run `pulumi refresh`, which reads "
                    f"the resource again"
                )
        return cls(**given)

    def properties(self) -> Properties:
        found: Properties = {}
        for attribute, name, _, _ in _stored(type(self)):  # type: ignore[arg-type]
            value = getattr(self, attribute)
            if isinstance(value, Record):
                found |= value.properties()
            elif isinstance(value, frozenset):
                found[name] = [task.value for task in in_order(value)]
            elif isinstance(value, tuple):
                found[name] = [*map(str, value)]
            elif value is not None:
                found[name] = str(value) if isinstance(value, str) else value
        # An output that only the provider reads is recorded only while it has a value.
        return {key: value for key, value in found.items() if value or key not in KEPT}


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


@lru_cache
def _stored(record: Any) -> list[tuple[str, str, Callable[[Any], object], bool]]:
    """Return the attribute, the name and the reader of each field, and whether it is required."""
    return [
        (each.name, *each.metadata.get("stored", (each.name, str)), each.default is MISSING)
        for each in fields(record)
    ]
