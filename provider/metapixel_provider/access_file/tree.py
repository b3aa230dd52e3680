"""The YAML nodes of an access file: plain lists, mappings and text, each with its place.

The loader resolves no types, because YAML turns an unquoted 16-digit id into a number and an
unquoted day into a date.
"""

from __future__ import annotations

import re
from typing import cast

import yaml

from metapixel_provider.access_file.errors import Mistake
from metapixel_provider.errors import one_line

#: The access file has at most six levels.
_DEEPEST = 20
#: An escape in double quotes with a code that is too large for a character.
_NO_CHARACTER = re.compile(r"\\U(?!0010|000)[0-9a-fA-F]{8}")


class UnreadableError(Exception):
    """The error for text that has no usable nodes. `mistakes` lists all mistakes in the text."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = mistakes
        super().__init__(mistakes)


def compose(text: str) -> tuple[yaml.Node, list[Mistake]]:
    """Return the root node of a YAML document, and mistakes that leave the nodes usable.

    The keys of each mapping are different scalars. Raises UnreadableError if the text is not YAML,
    is empty, or has several documents, aliases, merge keys or keys that are not text.
    """
    mistakes: list[Mistake] = []
    try:
        composer = _Composer(text)
        mistakes = composer.mistakes
        root = composer.document()
    except yaml.YAMLError as error:
        raise UnreadableError([*mistakes, _syntax(text, error)]) from None
    except (OverflowError, ValueError):
        # The scanner passes any code of eight digits to `chr`.
        found = _NO_CHARACTER.search(text)
        line, column = _place(text, found.start()) if found else (0, 0)
        sentence = "this escape code is not a character; write the character itself"
        raise UnreadableError([*mistakes, Mistake(line, column, sentence)]) from None
    return root, mistakes


class _Composer(yaml.BaseLoader):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.mistakes: list[Mistake] = []
        self._unusable = False
        self._depth = 0

    def document(self) -> yaml.Node:
        self._take()
        if self.check_event(yaml.StreamEndEvent):
            self.mistakes.append(Mistake(1, 1, "the file is empty; begin it with `version: 1`"))
            raise UnreadableError(self.mistakes)
        root = self.compose_document()
        if root is not None and not self.check_event(yaml.StreamEndEvent):
            self._refuse(
                self._peek(),
                "a second YAML document begins here; keep one document in the file, and remove "
                "this line",
            )
        if root is None or self._unusable:
            raise UnreadableError(self.mistakes)
        return root

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node:
        event = self._peek()
        if isinstance(event, yaml.AliasEvent):
            name = one_line(event.anchor, 64)
            self._refuse(
                event, f"the YAML alias `*{name}` is not supported; write the value itself"
            )
            self._take()
            return yaml.ScalarNode("", "", start(event), start(event))
        self._depth += 1
        if self._depth > _DEEPEST:
            self._note(event, "the file has too many levels here")
            raise UnreadableError(self.mistakes)
        if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            name = one_line(event.anchor, 64)
            self._note(event, f"the YAML anchor `&{name}` is not supported; remove it")
            event.anchor = None
        node = cast("yaml.Node", super().compose_node(parent, index))
        self._depth -= 1
        if getattr(event, "tag", None) is not None:
            self._note(event, "a YAML tag is not supported; remove the word with `!`")
        if isinstance(node, yaml.MappingNode):
            node.value = self._different(node)
        return node

    def _different(self, mapping: yaml.MappingNode) -> list[tuple[yaml.Node, yaml.Node]]:
        """Return the entries of a mapping without those whose key cannot be used."""
        found: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        for key, value in mapping.value:
            if not key.tag:
                continue  # an alias
            if not isinstance(key, yaml.ScalarNode):
                self._refuse(key, "a key has to be text; write a key such as `pixels:`")
            elif key.value == "<<" and key.style is None:
                self._refuse(
                    key, "the YAML merge key `<<` is not supported; write the keys themselves"
                )
            elif key.value in found:
                line = start(found[key.value][0]).line + 1
                name = one_line(key.value, 64)
                self._note(key, f"the key `{name}` is already in line {line}; keep one of them")
            else:
                found[key.value] = key, value
        return list(found.values())

    def _peek(self) -> yaml.Event:
        return cast("yaml.Event", self.peek_event())  # type: ignore[no-untyped-call]

    def _take(self) -> None:
        self.get_event()  # type: ignore[no-untyped-call]

    def _note(self, at: yaml.Node | yaml.Event, sentence: str) -> None:
        self.mistakes.append(mistake(at, sentence))

    def _refuse(self, at: yaml.Node | yaml.Event, sentence: str) -> None:
        """Record a mistake that makes the nodes unusable."""
        self._unusable = True
        self._note(at, sentence)


def start(at: yaml.Node | yaml.Event) -> yaml.Mark:
    """Return the beginning of a node. The loader sets it for all nodes."""
    return cast("yaml.Mark", at.start_mark)


def mistake(at: yaml.Node | yaml.Event, sentence: str) -> Mistake:
    """Return a mistake at the beginning of a node."""
    return Mistake(start(at).line + 1, start(at).column + 1, sentence)


def _place(text: str, index: int) -> tuple[int, int]:
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)


def _syntax(text: str, error: yaml.YAMLError) -> Mistake:
    if isinstance(error, yaml.reader.ReaderError):
        place = _place(text, error.position)
        return Mistake(*place, "this character is not allowed in YAML; remove it")
    problem = one_line(getattr(error, "problem", None) or error, 120)
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return Mistake(0, 0, f"this is not YAML ({problem})")
    mark = error.problem_mark
    sentence = f"this is not YAML ({problem}); correct the indentation, quotes or brackets here"
    if problem.startswith("mapping values"):
        sentence = (
            "this colon turns the text before it into a key; write the whole text in quotes, or "
            "correct the indentation"
        )
    elif "'\\t'" in problem:
        sentence = "YAML does not allow a tab here; write spaces"
    elif "cannot start any token" in problem:
        sentence = "a text that begins with this character has to be in quotes"
    elif error.context == "while scanning a quoted scalar" and error.context_mark:
        mark, sentence = error.context_mark, "this quotation mark has no end; write the second one"
    return Mistake(mark.line + 1, mark.column + 1, sentence)
