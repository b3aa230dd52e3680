"""The forms of values in an access file, each with its check and its JSON Schema.

A form turns a YAML node into a `Value`, and adds a sentence for each mistake to a list.
`scalars.py` contains the forms of scalars, and `shape.py` the keys of the file.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import yaml

from metapixel_provider.access_file.errors import Mistake, did_you_mean
from metapixel_provider.access_file.tree import mistake
from metapixel_provider.errors import one_line

Schema = dict[str, object]

#: Source: YAML 1.2.2, section 10.3.2, the core schema.
_NULL = re.compile(r"~|null|Null|NULL|")


@dataclass(frozen=True)
class Value:
    """A value of the file. Each of its parts is empty if the value is missing or has a mistake.

    `data` is a checked scalar. `items` are the values of a list, and `fields` those of a mapping,
    by key. `place` is the node for mistakes about the value.
    """

    place: yaml.Node
    data: object = None
    items: tuple[Value, ...] = ()
    fields: Mapping[str, Value] = field(default_factory=dict)
    key: yaml.Node | None = None

    @property
    def text(self) -> str:
        return self.data if isinstance(self.data, str) else ""

    @property
    def day(self) -> date | None:
        return self.data if isinstance(self.data, date) else None

    def get(self, name: str) -> Value:
        """Return the value of a key. Without this key, the value is empty."""
        return self.fields.get(name, Value(self.place))

    def texts(self) -> tuple[str, ...]:
        return tuple(each.text for each in self.items if each.text)

    @property
    def label(self) -> str:
        """The label of the value, if the user chose one."""
        return str(self.key.value) if self.key else ""

    def mistake(self, sentence: str) -> Mistake:
        return mistake(self.place, sentence)

    def mistake_of_label(self, sentence: str) -> Mistake:
        return mistake(self.key or self.place, sentence)


class Form(ABC):
    """The form of a value."""

    @abstractmethod
    def schema(self) -> Schema: ...

    @abstractmethod
    def value(self, node: yaml.Node, place: yaml.Node, found: list[Mistake]) -> Value:
        """Return the value of a node. Raise ValueError if the node has another form."""

    def read(self, node: yaml.Node, place: yaml.Node, found: list[Mistake]) -> Value:
        """Return the value of a node. `place` is the node's place for a person."""
        try:
            return self.value(node, place, found)
        except ValueError as error:
            found.append(mistake(place, str(error)))
            return Value(place)


@dataclass(frozen=True)
class Scalar(Form):
    """A scalar. `parse` returns its data, or raises ValueError with a sentence."""

    parse: Callable[[object], object]
    json: Schema

    def schema(self) -> Schema:
        return self.json

    def value(self, node: yaml.Node, place: yaml.Node, found: list[Mistake]) -> Value:
        """Pass the text of a scalar to `parse`, None for an empty value, or else the node.

        A number, `true` and `false` are text too.
        """
        text = node.value if isinstance(node, yaml.ScalarNode) else node
        return Value(place, self.parse(None if _is_null(node) else text))


@dataclass(frozen=True)
class ListOf(Form):
    """A list. `empty` is the sentence about an empty list, if it must have items."""

    form: Form
    empty: str = ""

    def schema(self) -> Schema:
        least: Schema = {"minItems": 1} if self.empty else {}
        return {"items": self.form.schema(), "type": "array", **least}

    def value(self, node: yaml.Node, place: yaml.Node, found: list[Mistake]) -> Value:
        if not isinstance(node, yaml.SequenceNode):
            raise ValueError("this has to be a list; write it in brackets, such as [a, b]")
        if self.empty and not node.value:
            raise ValueError(self.empty)
        return Value(place, items=tuple(self.form.read(each, each, found) for each in node.value))


@dataclass(frozen=True)
class Labelled(Form):
    """A mapping whose keys are labels that the user chooses."""

    label: Scalar
    form: Form

    def schema(self) -> Schema:
        pattern = str(self.label.json["pattern"])
        return {
            "patternProperties": {pattern: self.form.schema()},
            "type": "object",
            "additionalProperties": False,
        }

    def value(self, node: yaml.Node, place: yaml.Node, found: list[Mistake]) -> Value:
        fields: dict[str, Value] = {}
        for key, value in _entries(node):
            try:
                self.label.parse(key.value)
            except ValueError as error:
                found.append(mistake(key, str(error)))
            # A mistake about a mapping as a whole, such as a missing key, is at its label.
            at = key if isinstance(value, yaml.MappingNode) else _value_place(key, value)
            fields[key.value] = replace(self.form.read(value, at, found), key=key)
        return Value(place, fields=fields)


@dataclass(frozen=True)
class Key:
    """A key with its meaning. A required key has an example, which a mistake shows."""

    form: Form
    meaning: str
    example: str = ""
    may_be_null: bool = False

    def schema(self) -> Schema:
        found = self.form.schema()
        if self.may_be_null:
            found = {"anyOf": [found, {"type": "null"}]}
        return {**found, "description": self.meaning}


@dataclass(frozen=True)
class Keys(Form):
    """A mapping with known keys. `name` and `meaning` are for the JSON Schema.

    If there is a sentence `short`, the value of the first key can stand for the whole mapping. The
    sentence is about any other value.
    """

    name: str
    meaning: str
    keys: Mapping[str, Key]
    short: str = ""

    def schema(self) -> Schema:
        found: Schema = {"$ref": f"#/definitions/{self.name}"}
        first, *_ = self.keys.values()
        return {"oneOf": [first.form.schema(), found]} if self.short else found

    def definition(self) -> Schema:
        return {
            "additionalProperties": False,
            "description": self.meaning,
            "properties": {name: key.schema() for name, key in self.keys.items()},
            "required": [name for name, key in self.keys.items() if key.example],
            "type": "object",
        }

    def value(self, node: yaml.Node, place: yaml.Node, found: list[Mistake]) -> Value:
        if self.short and not isinstance(node, yaml.MappingNode):
            name, first = next(iter(self.keys.items()))
            if isinstance(node, yaml.SequenceNode) is not isinstance(first.form, ListOf):
                raise ValueError(self.short)
            return Value(place, fields={name: first.form.read(node, place, found)})
        fields: dict[str, Value] = {}
        for key, value in _entries(node):
            known = self.keys.get(key.value)
            if known is None:
                hint = did_you_mean(key.value, self.keys, f"the keys are {', '.join(self.keys)}")
                name = one_line(key.value, 64)
                found.append(mistake(key, f"there is no key '{name}' here; {hint}"))
            elif not (known.may_be_null and _is_null(value)):
                fields[key.value] = known.form.read(value, _value_place(key, value), found)
        for name, required in self.keys.items():
            if required.example and name not in fields:
                found.append(mistake(place, f"`{name}` is missing; write `{required.example}`"))
        return Value(place, fields=fields)


def _entries(node: yaml.Node) -> list[tuple[yaml.Node, yaml.Node]]:
    if not isinstance(node, yaml.MappingNode):
        raise ValueError(
            "this has to consist of keys; write each key in a line of its own below it"
        )
    return list(node.value)


def _is_null(node: yaml.Node) -> bool:
    """Return whether a value is empty, or `null`."""
    is_plain = isinstance(node, yaml.ScalarNode) and node.style is None
    return is_plain and _NULL.fullmatch(node.value) is not None


def _value_place(key: yaml.Node, value: yaml.Node) -> yaml.Node:
    """Return the key of an empty value, because the parser places the value after the key."""
    return key if value.start_mark.index == value.end_mark.index else value
