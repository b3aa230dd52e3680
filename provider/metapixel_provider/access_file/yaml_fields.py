"""The mappings, lists and scalars of an access file, and the mistakes in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import yaml

from metapixel_provider.access_file import scalars
from metapixel_provider.access_file.tree import mistake
from metapixel_provider.texts import did_you_mean, one_line

if TYPE_CHECKING:
    from metapixel_provider.access_file.model import Mistake

T = TypeVar("T")

#: Source: YAML 1.2.2, section 10.3.2, the core schema.
_NULL = re.compile(r"~|null|Null|NULL|")
_MAY_BE_EMPTY = ("pixels", "agencies", "access", "accepted")
_EXAMPLES = {
    "version": "1",
    "owner": '"1001204537800111"',
    "id": '"1290034567800001"',
    "business": '"2002345678900222"',
    "tasks": "[ANALYZE]",
    "finding": "unmanaged",
    "reason": "Sister company",
    "expires_on": '"2027-03-31"',
}


@dataclass(frozen=True)
class Field:
    """A value with its key. An item of a list is its own key."""

    key: yaml.Node
    value: yaml.Node

    @property
    def place(self) -> yaml.Node:
        """The place of the value, or of its key: the parser puts an empty value after the key."""
        is_empty = self.value.start_mark.index == self.value.end_mark.index
        return self.key if is_empty else self.value

    @property
    def is_mapping(self) -> bool:
        return isinstance(self.value, yaml.MappingNode)

    @property
    def is_null(self) -> bool:
        is_plain = isinstance(self.value, yaml.ScalarNode) and self.value.style is None
        return is_plain and _NULL.fullmatch(self.value.value) is not None


class Fields:
    """A reader of fields, which collects the mistakes in them.

    A value with a mistake is missing in the result, and so is the value of a field that is None.
    """

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []

    def note(self, at: yaml.Node, sentence: str) -> None:
        self.mistakes.append(mistake(at, sentence))

    def keys(
        self, field: Field, known: Collection[str], required: Collection[str]
    ) -> Mapping[str, Field]:
        """Return the fields of a mapping by key. It has only `known` keys, and all `required`."""
        found = {}
        for name, each in self.entries(field).items():
            # A key such as `pixels:` with nothing below it counts as left out.
            is_left_out = each.is_null and name in _MAY_BE_EMPTY
            if name not in known:
                hint = did_you_mean(name, known, f"the keys are {', '.join(known)}")
                self.note(each.key, f"there is no key '{one_line(name, 64)}' here; {hint}")
            elif not is_left_out:
                found[name] = each
        for name in required:
            # A value that is no mapping is a mistake already.
            if name not in found and field.is_mapping:
                self.note(field.key, f"`{name}` is missing; write `{name}: {_EXAMPLES[name]}`")
        return found

    def keys_or_value(
        self, field: Field, known: Collection[str], required: str
    ) -> Mapping[str, Field]:
        """Return the fields of a mapping. Any other value is the value of the `required` key."""
        return self.keys(field, known, [required]) if field.is_mapping else {required: field}

    def entries(self, field: Field | None) -> Mapping[str, Field]:
        """Return the fields of a mapping by key, with any keys. They are different texts."""
        if field is None:
            return {}
        if not field.is_mapping:
            sentence = "this must be a mapping; write each key in a line of its own below it"
            self.note(field.place, sentence)
            return {}
        found: dict[str, Field] = {}
        for key, value in field.value.value:
            if not isinstance(key, yaml.ScalarNode):
                self.note(key, "a key must be text; write a key such as `pixels:`")
            elif key.value == "<<" and key.style is None:
                sentence = "the YAML merge key `<<` is not supported; write the keys themselves"
                self.note(key, sentence)
            elif key.value in found:
                name, line = one_line(key.value, 64), found[key.value].key.start_mark.line + 1
                self.note(key, f"the key `{name}` is already in line {line}; keep one of them")
            else:
                found[key.value] = Field(key, value)
        return found

    def list(self, field: Field | None) -> Sequence[Field]:
        if field is None:
            return ()
        if not isinstance(field.value, yaml.SequenceNode):
            self.note(field.place, "this must be a list; write it in brackets, such as [a, b]")
            return ()
        return [Field(each, each) for each in field.value.value]

    def labelled(self, field: Field | None) -> Mapping[str, Field]:
        """Return the fields of a mapping whose keys are labels that the user chooses."""
        found = self.entries(field)
        for name, each in found.items():
            try:
                scalars.label(name)
            except ValueError as error:
                self.note(each.key, str(error))
        return found

    def scalar(self, field: Field | None, parse: Callable[[object], T]) -> T | None:
        """Return the value of a scalar. A number, `true` and `false` are text too."""
        if field is None:
            return None
        # `parse` refuses a node that is no scalar, and says what it must be.
        value: object = None if field.is_null else field.value
        if isinstance(value, yaml.ScalarNode):
            value = value.value
        try:
            return parse(value)
        except ValueError as error:
            self.note(field.place, str(error))
            return None

    def text(self, field: Field | None, parse: Callable[[object], str] = scalars.text) -> str:
        return self.scalar(field, parse) or ""
