"""The YAML nodes of an access file: plain lists, mappings and text, each with its place.

The loader resolves no types, because YAML turns an unquoted 16-digit id into a number and an
unquoted day into a date.
"""

from __future__ import annotations

from typing import cast

import yaml

from metapixel_provider.access_file.errors import AccessFileError, Mistake
from metapixel_provider.errors import one_line

#: The access file has at most six levels.
_DEEPEST = 20
_TOO_DEEP = "the file has too many levels here"
_NO_CHARACTER = "this escape code is not a character; write the character itself"


def compose(text: str, path: str = "") -> yaml.MappingNode:
    """Return the root node of a YAML document. The keys of each mapping are different scalars.

    Raises AccessFileError if the text is not YAML, if it does not consist of keys, or if it has
    duplicate keys, keys that are not text, merge keys, anchors, aliases, tags or several documents.
    """
    mistakes: list[Mistake] = []
    root = None
    try:
        root = _Composer(text, mistakes).root()
    except yaml.YAMLError as error:
        mistakes.append(_syntax(text, error))
    if root is not None and not isinstance(root, yaml.MappingNode):
        sentence = "the file has to consist of keys; begin it with `version: 1`"
        mistakes.append(mistake(root, sentence))
    if mistakes:
        raise AccessFileError(path, mistakes)
    return cast("yaml.MappingNode", root)


class _Composer(yaml.BaseLoader):
    """A loader of nodes that adds to `mistakes` everything that an access file cannot contain."""

    def __init__(self, text: str, mistakes: list[Mistake]) -> None:
        super().__init__(text)
        self._mistakes = mistakes
        self._depth = 0

    def root(self) -> yaml.Node | None:
        self._take()
        if self.check_event(yaml.StreamEndEvent):
            self._mistakes.append(Mistake(1, 1, "the file is empty; begin it with `version: 1`"))
            return None
        root = self.compose_document()
        if not self.check_event(yaml.StreamEndEvent):
            self._note(
                self._peek(),
                "a second YAML document begins here; keep one document in the file, and remove "
                "this line",
            )
        return root

    def scan_flow_scalar(self, style: str) -> yaml.ScalarToken:
        try:
            return super().scan_flow_scalar(style)
        except (OverflowError, ValueError):
            # The scanner passes any code of eight digits to `chr`.
            raise yaml.MarkedYAMLError(
                problem=_NO_CHARACTER, problem_mark=self.get_mark()
            ) from None

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node:
        event = self._peek()
        if isinstance(event, yaml.AliasEvent):
            name = one_line(event.anchor, 64)
            self._note(event, f"the YAML alias `*{name}` is not supported; write the value itself")
            self._take()
            return yaml.ScalarNode("", f"*{name}", start(event), start(event))
        self._depth += 1
        if self._depth > _DEEPEST:
            raise yaml.MarkedYAMLError(problem=_TOO_DEEP, problem_mark=start(event))
        if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            name = one_line(event.anchor, 64)
            self._note(event, f"the YAML anchor `&{name}` is not supported; remove it")
            event.anchor = None
        node = cast("yaml.Node", super().compose_node(parent, index))
        self._depth -= 1
        if getattr(event, "tag", None) is not None:
            self._note(event, "a YAML tag is not supported; remove the word with `!`")
        if isinstance(node, yaml.MappingNode):
            self._check_keys(node)
        return node

    def _check_keys(self, mapping: yaml.MappingNode) -> None:
        lines: dict[str, int] = {}
        for key, _ in mapping.value:
            if not isinstance(key, yaml.ScalarNode):
                self._note(key, "a key has to be text; write a key such as `pixels:`")
            elif key.value == "<<" and key.style is None:
                sentence = "the YAML merge key `<<` is not supported; write the keys themselves"
                self._note(key, sentence)
            elif key.value in lines:
                name, line = one_line(key.value, 64), lines[key.value]
                self._note(key, f"the key `{name}` is already in line {line}; keep one of them")
            else:
                lines[key.value] = start(key).line + 1

    def _peek(self) -> yaml.Event:
        return cast("yaml.Event", self.peek_event())  # type: ignore[no-untyped-call]

    def _take(self) -> None:
        self.get_event()  # type: ignore[no-untyped-call]

    def _note(self, at: yaml.Node | yaml.Event, sentence: str) -> None:
        self._mistakes.append(mistake(at, sentence))


def start(at: yaml.Node | yaml.Event) -> yaml.Mark:
    """Return the beginning of a node. The loader sets it for all nodes."""
    return cast("yaml.Mark", at.start_mark)


def mistake(at: yaml.Node | yaml.Event, sentence: str) -> Mistake:
    """Return a mistake at the beginning of a node."""
    return Mistake(start(at).line + 1, start(at).column + 1, sentence)


def _syntax(text: str, error: yaml.YAMLError) -> Mistake:
    if isinstance(error, yaml.reader.ReaderError):
        before = text[: error.position]
        line, column = before.count("\n") + 1, error.position - before.rfind("\n")
        return Mistake(line, column, "this character is not allowed in YAML; remove it")
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
    elif problem in (_TOO_DEEP, _NO_CHARACTER):
        sentence = problem
    elif "'\\t'" in problem:
        sentence = "YAML does not allow a tab here; write spaces"
    elif "cannot start any token" in problem:
        sentence = "a text that begins with this character has to be in quotes"
    elif error.context == "while scanning a quoted scalar" and error.context_mark:
        mark, sentence = error.context_mark, "this quotation mark has no end; write the second one"
    return Mistake(mark.line + 1, mark.column + 1, sentence)
