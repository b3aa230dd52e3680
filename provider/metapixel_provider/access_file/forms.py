"""The forms of values in an access file, each with its check and its JSON Schema.

A form turns a YAML node into a `Value`, and adds a sentence for each mistake to a list.
`scalars.py` contains the forms of scalars, and `shape.py` the keys of the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol

import yaml

from metapixel_provider.access_file.errors import Mistake, did_you_mean
from metapixel_provider.access_file.tree import mistake
from metapixel_provider.errors import one_line

Schema = dict[str, object]

#: Source: YAML 1.2.2, section 10.3.2, the core schema.
_NULL = re.compile(r"~|null|Null|NULL|")
_NOT_TEXT = re.compile(
    r"true|True|TRUE|false|False|FALSE|[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"
    r"|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?(\.inf|\.Inf|\.INF)|\.nan|\.NaN|\.NAN"
)


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

    def mistake(self, sentence: str) -> Mistake:
        return mistake(self.place, sentence)


class Form(Protocol):
    """The form of a value."""

    def schema(self) -> Schema: ...

    def read(self, node: yaml.Node, place: yaml.Node, found: list[Mistake]) -> Value:
        """Return the value of a node. `place` is the node's place for a person."""


@dataclass(frozen=True)
class Scalar:
    """A scalar. `parse` returns its data, or raises ValueError with a sentence."""

    parse: Callable[[object], object]
    json: Schema

    def schema(self) -> Schema:
        return self.json

    def read(self, node: yaml.Node, place: yaml.Node, found: list[Mistake]) -> Value:
        try:
            return Value(place, self.parse(_data(node)))
        except ValueError as error:
            found.append(mistake(place, str(error)))
            return Value(place)


@dataclass(frozen=True)
class ListOf:
    """A list. `empty` is the sentence about an empty list, if it must have items."""

    form: Form
    empty: str = ""
    may_be_null: bool = False

    def schema(self) -> Schema:
        found: Schema = {"items": self.form.schema(), "type": "array"}
        if self.empty:
            found["minItems"] = 1
        return _or_null(found) if self.may_be_null else found

    def read(self, node: yaml.Node, place: yaml.Node, found: list[Mistake]) -> Value:
        if self.may_be_null and is_null(node):
            return Value(place)
        if not isinstance(node, yaml.SequenceNode):
            sentence = "this has to be a list; write it in brackets, such as [a, b]"
            found.append(mistake(place, sentence))
            return Value(place)
        if self.empty and not node.value:
            found.append(mistake(place, self.empty))
        items = (self.form.read(each, _item_place(each), found) for each in node.value)
        return Value(place, items=tuple(items))


@dataclass(frozen=True)
class Labelled:
    """A mapping whose keys are labels that the user chooses."""

    label: Scalar
    form: Form

    def schema(self) -> Schema:
        pattern = str(self.label.json["pattern"])
        values = {"patternProperties": {pattern: self.form.schema()}, "type": "object"}
        return _or_null({**values, "additionalProperties": False})

    def read(self, node: yaml.Node, place: yaml.Node, found: list[Mistake]) -> Value:
        if is_null(node):
            return Value(place)
        if not isinstance(node, yaml.MappingNode):
            found.append(mistake(place, _NO_KEYS))
            return Value(place)
        fields: dict[str, Value] = {}
        for key, value in node.value:
            try:
                self.label.parse(key.value)
            except ValueError as error:
                found.append(mistake(key, str(error)))
            # A mistake about a mapping as a whole, such as a missing key, is at its label.
            place = key if isinstance(value, yaml.MappingNode) else _value_place(key, value)
            read = self.form.read(value, place, found)
            fields[key.value] = replace(read, key=key)
        return Value(place, fields=fields)


@dataclass(frozen=True)
class Key:
    """A key with its meaning. A required key has an example, which a mistake shows."""

    form: Form
    meaning: str
    example: str = ""


@dataclass(frozen=True)
class Keys:
    """A mapping with known keys. `name` and `meaning` are for the JSON Schema."""

    name: str
    meaning: str
    keys: Mapping[str, Key]

    def schema(self) -> Schema:
        return {"$ref": f"#/definitions/{self.name}"}

    def definition(self) -> Schema:
        properties = {
            name: {**key.form.schema(), "description": key.meaning}
            for name, key in self.keys.items()
        }
        return {
            "additionalProperties": False,
            "description": self.meaning,
            "properties": properties,
            "required": [name for name, key in self.keys.items() if key.example],
            "type": "object",
        }

    def read(self, node: yaml.Node, place: yaml.Node, found: list[Mistake]) -> Value:
        if not isinstance(node, yaml.MappingNode):
            found.append(mistake(place, _NO_KEYS))
            return Value(place)
        fields: dict[str, Value] = {}
        for key, value in node.value:
            known = self.keys.get(key.value)
            if known is None:
                hint = did_you_mean(key.value, self.keys, f"the keys are {', '.join(self.keys)}")
                name = one_line(key.value, 64)
                found.append(mistake(key, f"there is no key '{name}' here; {hint}"))
            else:
                fields[key.value] = known.form.read(value, _value_place(key, value), found)
        for name, key in self.keys.items():
            if key.example and name not in fields:
                found.append(mistake(place, f"`{name}` is missing; write `{key.example}`"))
        return Value(place, fields=fields)


@dataclass(frozen=True)
class ShortOrLong:
    """A value that is either short, or a mapping whose first key contains the short form."""

    short: Form
    long: Keys
    otherwise: str

    def schema(self) -> Schema:
        return {"oneOf": [self.short.schema(), self.long.schema()]}

    def read(self, node: yaml.Node, place: yaml.Node, found: list[Mistake]) -> Value:
        if isinstance(node, yaml.MappingNode):
            return self.long.read(node, place, found)
        if isinstance(node, yaml.SequenceNode) is not isinstance(self.short, ListOf):
            found.append(mistake(place, self.otherwise))
            return Value(place)
        return Value(
            place, fields={next(iter(self.long.keys)): self.short.read(node, place, found)}
        )


_NO_KEYS = "this has to consist of keys; write each key in a line of its own below it"


def is_null(node: yaml.Node) -> bool:
    """Return whether a value is empty, or `null`."""
    is_plain = isinstance(node, yaml.ScalarNode) and node.style is None
    return is_plain and _NULL.fullmatch(node.value) is not None


class NotText(str):
    """The text of an unquoted scalar that YAML reads as a number, or as true or false."""


def _data(node: yaml.Node) -> object:
    """Return the text of a scalar, None for an empty value, and the node itself otherwise."""
    if not isinstance(node, yaml.ScalarNode):
        return node
    if is_null(node):
        return None
    is_plain = node.style is None
    return NotText(node.value) if is_plain and _NOT_TEXT.fullmatch(node.value) else node.value


def _value_place(key: yaml.Node, value: yaml.Node) -> yaml.Node:
    """Return the key of an empty value, because the parser places the value after the key."""
    return key if value.start_mark.index == value.end_mark.index else value


def _item_place(item: yaml.Node) -> yaml.Node:
    """Return the hyphen before an empty value, because the parser places the value after it."""
    if item.start_mark.index != item.end_mark.index:
        return item
    start = item.start_mark
    before = yaml.Mark(
        start.name, start.index - 1, start.line, start.column - 1, start.buffer, start.pointer
    )
    return yaml.ScalarNode(item.tag, "", before, start)


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}
