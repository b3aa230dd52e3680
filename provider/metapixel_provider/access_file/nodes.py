"""A tree of YAML text that records the place of every key and value. Every scalar stays text.

A YAML library turns an unquoted 16-digit id into a number and an unquoted day into a date. So this
module uses only the events of the YAML parser, and has its own rules for scalars that are not text.
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

#: An escape in double quotes with a code that is too large for a character.
_NO_CHARACTER = re.compile(r"\\U(?!0010|000)[0-9a-fA-F]{8}")


class NotText(str):
    """The text of an unquoted scalar that YAML reads as a number, or as true or false."""


@dataclass(frozen=True)
class Node:
    """A key or a value of a file, with its place.

    `line` and `column` count from 1. `start` and `end` are the place in the text, from 0.
    """

    line: int
    column: int
    start: int
    end: int

    def data(self) -> object:
        """Return the value as text, list, dictionary or None."""
        raise NotImplementedError

    def mistake(self, sentence: str) -> Mistake:
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
    """A mapping. `keys` contains the keys as nodes, which have a line and a column for messages."""

    keys: dict[str, Node] = field(default_factory=dict)
    values: dict[str, Node] = field(default_factory=dict)

    def data(self) -> object:
        return {key: value.data() for key, value in self.values.items()}


class UnreadableError(Exception):
    """The error for text that has no usable tree. `mistakes` lists all mistakes in the text."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = mistakes
        super().__init__(mistakes)


def parse(text: str) -> tuple[Node, list[Mistake]]:
    """Return the tree of a YAML document, and mistakes that leave the tree usable.

    Raises UnreadableError if the text is not YAML, is empty, or has several documents or aliases.
    """
    builder = _Builder(text)
    try:
        return builder.document(YAML(typ="safe", pure=True).parse(text)), builder.mistakes
    except YAMLError as error:
        builder.mistakes.append(_syntax(text, error))
        raise UnreadableError(builder.mistakes) from None
    except (OverflowError, ValueError):
        # The parser passes any code of eight digits to `chr`.
        found = _NO_CHARACTER.search(text)
        place = _place(text, found.start()) if found else (0, 0)
        builder.mistakes.append(
            Mistake(*place, "this escape code is not a character; write the character itself")
        )
        raise UnreadableError(builder.mistakes) from None


class _Builder:
    def __init__(self, text: str) -> None:
        self.mistakes: list[Mistake] = []
        self._text = text
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
        start, end = event.start_mark, event.end_mark
        place = (start.line + 1, start.column + 1, start.index)
        if depth > _DEEPEST:
            self._note(event, "the file has too many levels here")
            raise UnreadableError(self.mistakes)
        if isinstance(event, AliasEvent):
            name = one_line(event.anchor, 64)
            self._refuse(
                event, f"the YAML alias `*{name}` is not supported; write the value itself"
            )
            return Scalar(*place, end.index, None)
        if isinstance(event, NodeEvent) and event.anchor is not None:
            name = one_line(event.anchor, 64)
            self._note(event, f"the YAML anchor `&{name}` is not supported; remove it")
        if getattr(event, "ctag", None) is not None:
            self._note(event, "a YAML tag is not supported; remove the word with `!`")
        if isinstance(event, SequenceStartEvent):
            items: list[Node] = []
            while not isinstance(following := next(events), SequenceEndEvent):
                item = self._node(following, events, depth + 1)
                if item.start == item.end:
                    # The parser places an empty value before the next word.
                    dash = self._text.rfind("-", 0, item.start)
                    item = Scalar(*_place(self._text, dash), dash, dash + 1, None)
                items.append(item)
            return Items(*place, following.end_mark.index, items)
        if isinstance(event, MappingStartEvent):
            return self._fields(event, events, depth)
        text = _value(event)
        if _is_plain(event):
            if _NULL.fullmatch(text):
                return Scalar(*place, end.index, None)
            if _NOT_TEXT.fullmatch(text):
                return Scalar(*place, end.index, NotText(text))
        return Scalar(*place, end.index, text)

    def _fields(self, start: MappingStartEvent, events: Iterator[Event], depth: int) -> Fields:
        keys: dict[str, Node] = {}
        values: dict[str, Node] = {}
        while not isinstance(event := next(events), MappingEndEvent):
            key = self._node(event, events, depth + 1)
            value = self._node(next(events), events, depth + 1)
            if value.start == value.end:
                # The parser places an empty value before the next word, as in a list.
                colon = self._text.find(":", key.end, value.end)
                after = key.end if colon < 0 else colon + 1
                value = Scalar(key.line, key.column, after, after, None)
            name = _value(event)
            if isinstance(event, AliasEvent):
                continue
            if not isinstance(key, Scalar):
                self._refuse(event, "a key has to be text; write a key such as `pixels:`")
            elif name == "<<" and _is_plain(event):
                self._refuse(
                    event, "the YAML merge key `<<` is not supported; write the keys themselves"
                )
            elif name in keys:
                self._note(
                    event,
                    f"the key `{one_line(name, 64)}` is already in line {keys[name].line}; keep "
                    "one of them",
                )
            else:
                keys[name], values[name] = key, value
        mark = start.start_mark
        place = (mark.line + 1, mark.column + 1, mark.index)
        return Fields(*place, event.end_mark.index, keys, values)

    def _note(self, event: Event, sentence: str) -> None:
        mark = event.start_mark
        self.mistakes.append(Mistake(mark.line + 1, mark.column + 1, sentence))

    def _refuse(self, event: Event, sentence: str) -> None:
        """Record a mistake that makes the tree unusable."""
        self._unusable = True
        self._note(event, sentence)


def _value(event: Event) -> str:
    return str(getattr(event, "value", ""))


def _is_plain(event: Event) -> bool:
    """Return whether a scalar has neither quotes nor a tag."""
    return not getattr(event, "style", None) and getattr(event, "ctag", None) is None


def _place(text: str, index: int) -> tuple[int, int]:
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)


def _syntax(text: str, error: YAMLError) -> Mistake:
    if isinstance(error, ReaderError):
        place = _place(text, error.position)
        return Mistake(*place, "this character is not allowed in YAML; remove it")
    mark = getattr(error, "problem_mark", None)
    problem = one_line(getattr(error, "problem", None) or error, 120)
    sentence = f"this is not YAML ({problem}); correct the indentation, quotes or brackets here"
    if problem.startswith("mapping values"):
        sentence = (
            "this colon makes a key of the text before it; write the whole text in quotes, or "
            "correct the indentation"
        )
    elif "'\\t'" in problem:
        sentence = "YAML does not allow a tab here; write spaces"
    elif "cannot start any token" in problem:
        sentence = "a text that begins with this character has to be in quotes"
    if isinstance(error, MarkedYAMLError) and error.context == "while scanning a quoted scalar":
        mark, sentence = error.context_mark, "this quotation mark has no end; write the second one"
    if mark is None:
        return Mistake(0, 0, f"this is not YAML ({problem})")
    return Mistake(mark.line + 1, mark.column + 1, sentence)
