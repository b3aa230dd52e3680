"""YAML text as a tree in which every key and value has its place. Every scalar stays text.

YAML turns an unquoted 16-digit id into a number and an unquoted day into a date. So this module
takes only the events of the YAML parser, and decides itself which scalars are not text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from metapixel_provider.access_file.errors import Mistake
from metapixel_provider.errors import one_line

#: The access file has at most six levels.
_DEEPEST = 20

#: Source: YAML 1.2.2, section 10.3.2, the core schema.
_NULL = re.compile(r"~|null|Null|NULL|")
_NOT_TEXT = re.compile(
    r"true|True|TRUE|false|False|FALSE|[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"
    r"|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?(\.inf|\.Inf|\.INF)|\.nan|\.NaN|\.NAN"
)


class NotText(str):
    """The text of an unquoted scalar that YAML reads as a number, or as true or false."""


@dataclass(frozen=True)
class Node:
    """A key or a value of a file, with its place. `line` and `column` count from 1."""

    line: int
    column: int

    def data(self) -> object:
        """Return the value as text, list, dictionary or None."""
        raise NotImplementedError

    def mistake(self, sentence: str) -> Mistake:
        """Return a mistake at this place."""
        return Mistake(self.line, self.column, sentence)


@dataclass(frozen=True)
class Scalar(Node):
    """A scalar. `text` is None for an empty value and for `null`."""

    text: str | None

    def data(self) -> object:
        return self.text


@dataclass(frozen=True)
class Items(Node):
    """A list."""

    items: list[Node] = field(default_factory=list)

    def data(self) -> object:
        return [item.data() for item in self.items]


@dataclass(frozen=True)
class Fields(Node):
    """A mapping. `keys` contains the keys as nodes, for their places."""

    keys: dict[str, Node] = field(default_factory=dict)
    values: dict[str, Node] = field(default_factory=dict)

    def data(self) -> object:
        return {key: value.data() for key, value in self.values.items()}


class UnreadableError(Exception):
    """Text that cannot be used as a tree at all. `mistakes` lists the mistakes found until then."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = mistakes
        super().__init__(mistakes)


def parse(text: str) -> tuple[Node, list[Mistake]]:
    """Return the tree of a YAML document, and mistakes that leave the tree usable.

    Raises UnreadableError if the text is no YAML, is empty, or has several documents or aliases.
    """
    builder = _Builder()
    try:
        return builder.document(YAML(typ="safe", pure=True).parse(text)), builder.mistakes
    except YAMLError as error:
        builder.mistakes.append(_syntax(text, error))
        raise UnreadableError(builder.mistakes) from None


class _Builder:
    """The construction of a tree from events."""

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []
        self._unusable = False

    def document(self, events: Iterator[Event]) -> Node:
        root: Node | None = None
        for event in events:
            if not isinstance(event, DocumentStartEvent):
                continue
            if root is not None:
                self._refuse(
                    event,
                    "a second YAML document begins here; keep one document in the file, and remove "
                    "this line",
                )
                break
            root = self._node(next(events), events, 1)
        if root is None:
            self.mistakes.append(Mistake(1, 1, "the file is empty; begin it with `version: 1`"))
        if root is None or self._unusable:
            raise UnreadableError(self.mistakes)
        return root

    def _node(self, event: Event, events: Iterator[Event], depth: int) -> Node:
        place = (event.start_mark.line + 1, event.start_mark.column + 1)
        if depth > _DEEPEST:
            self.mistakes.append(Mistake(*place, "the file has too many levels here"))
            raise UnreadableError(self.mistakes)
        if isinstance(event, AliasEvent):
            self._refuse(
                event,
                f"the YAML alias `*{one_line(event.anchor, 64)}` is not supported; write the value "
                "itself",
            )
            return Scalar(*place, None)
        if isinstance(event, NodeEvent) and event.anchor is not None:
            self._note(
                event,
                f"the YAML anchor `&{one_line(event.anchor, 64)}` is not supported; remove it",
            )
        if getattr(event, "ctag", None) is not None:
            self._note(event, "a YAML tag is not supported; remove the word with `!`")
        if isinstance(event, SequenceStartEvent):
            items = Items(*place)
            while not isinstance(following := next(events), SequenceEndEvent):
                items.items.append(self._node(following, events, depth + 1))
            return items
        if isinstance(event, MappingStartEvent):
            return self._fields(Fields(*place), events, depth)
        text = _value(event)
        if getattr(event, "style", None) is None:
            if _NULL.fullmatch(text):
                return Scalar(*place, None)
            if _NOT_TEXT.fullmatch(text):
                return Scalar(*place, NotText(text))
        return Scalar(*place, text)

    def _fields(self, fields: Fields, events: Iterator[Event], depth: int) -> Fields:
        while not isinstance(event := next(events), MappingEndEvent):
            key = self._node(event, events, depth + 1)
            value = self._node(next(events), events, depth + 1)
            if isinstance(value, Scalar) and value.text is None:
                # The parser places an empty value after the next line break.
                value = Scalar(key.line, key.column, None)
            name = _value(event) if isinstance(event, ScalarEvent) else None
            if name is None:
                if not isinstance(event, AliasEvent):
                    self._refuse(event, "a key has to be text; write a key such as `pixels:`")
            elif name == "<<" and getattr(event, "style", None) is None:
                self._refuse(
                    event, "the YAML merge key `<<` is not supported; write the keys themselves"
                )
            elif name in fields.keys:
                first = fields.keys[name].line
                self._note(
                    event,
                    f"the key `{one_line(name, 64)}` is already in line {first}; keep one of them",
                )
            else:
                fields.keys[name] = key
                fields.values[name] = value
        return fields

    def _note(self, event: Event, sentence: str) -> None:
        mark = event.start_mark
        self.mistakes.append(Mistake(mark.line + 1, mark.column + 1, sentence))

    def _refuse(self, event: Event, sentence: str) -> None:
        """Record a mistake that leaves no usable tree."""
        self._unusable = True
        self._note(event, sentence)


def _value(event: Event) -> str:
    return str(getattr(event, "value", ""))


def _syntax(text: str, error: YAMLError) -> Mistake:
    """Return the parser's error with its place."""
    if isinstance(error, ReaderError):
        before = text[: error.position]
        line = before.count("\n") + 1
        column = error.position - before.rfind("\n")
        return Mistake(line, column, "this character is not allowed in YAML; remove it")
    mark = getattr(error, "problem_mark", None)
    problem = one_line(getattr(error, "problem", None) or error, 120)
    sentence = f"this is not YAML ({problem}); correct the indentation, quotes or brackets here"
    if "'\\t'" in problem:
        sentence = "YAML does not allow a tab here; write spaces"
    if isinstance(error, MarkedYAMLError) and error.context == "while scanning a quoted scalar":
        mark, sentence = error.context_mark, "this quotation mark has no end; write the second one"
    if mark is None:
        return Mistake(0, 0, f"this is not YAML ({problem})")
    return Mistake(mark.line + 1, mark.column + 1, sentence)
