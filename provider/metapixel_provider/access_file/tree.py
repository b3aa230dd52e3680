"""The YAML nodes of an access file: plain lists, mappings and text, each with its place.

The loader resolves no types, because YAML turns an unquoted 16-digit id into a number and an
unquoted day into a date.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import yaml

from metapixel_provider.access_file.model import AccessFileError, Mistake
from metapixel_provider.texts import one_line

#: The access file has at most six levels.
_DEEPEST = 20
_NO_CHARACTER = "this escape code is not a character; write the character itself"
#: The sentences about problems, by a part of the parser's own text. The first one counts.
_PROBLEMS = {
    _NO_CHARACTER: _NO_CHARACTER,
    "'\\t'": "YAML does not allow a tab here; write spaces",
    "mapping values": "this colon turns the text before it into a key; write the whole text in "
    "quotes, or correct the indentation",
    "cannot start any token": "a text that begins with this character has to be in quotes",
}


def compose(text: str, path: str) -> yaml.MappingNode:
    """Return the root node of a YAML document.

    Raises AccessFileError if the text is not YAML, if it is not a mapping, or if it has
    anchors, aliases, tags or several documents.
    """
    mistakes: list[Mistake] = []
    try:
        mistakes.extend(_unsupported(text))
        root = None if mistakes else yaml.compose(text, yaml.BaseLoader)
    except (yaml.reader.ReaderError, yaml.MarkedYAMLError) as error:
        mistakes.append(_syntax(text, error))
    if mistakes:
        raise AccessFileError(path, mistakes)
    if isinstance(root, yaml.MappingNode):
        return root
    if root is None:
        wrong = Mistake(1, 1, "the file is empty; begin it with `version: 1`")
    else:
        wrong = mistake(root, "the file must be a mapping; begin it with `version: 1`")
    raise AccessFileError(path, [wrong])


def _unsupported(text: str) -> Iterator[Mistake]:
    """Yield what YAML allows, but an access file does not. Raises YAMLError."""
    depth = documents = 0
    for event in _events(text):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                problem = "a second YAML document begins here"
                advice = "keep one document in the file, and remove this line"
                yield mistake(event, f"{problem}; {advice}")
        if depth > _DEEPEST:
            yield mistake(event, "the file is nested too deeply here")
            return
        if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            yield mistake(event, _about_anchor(event))
        if getattr(event, "tag", None) is not None:
            yield mistake(event, "a YAML tag is not supported; remove the word with `!`")


def _about_anchor(event: yaml.NodeEvent) -> str:
    name = one_line(event.anchor, 64)
    if isinstance(event, yaml.AliasEvent):
        return f"the YAML alias `*{name}` is not supported; write the value itself"
    return f"the YAML anchor `&{name}` is not supported; remove it"


def _events(text: str) -> Iterator[yaml.Event]:
    loader = yaml.BaseLoader(text)
    try:
        while loader.check_event():
            yield loader.get_event()  # type: ignore[no-untyped-call]
    except (OverflowError, ValueError):
        # The scanner passes any code of eight digits to `chr`.
        raise yaml.MarkedYAMLError(problem=_NO_CHARACTER, problem_mark=loader.get_mark()) from None


def mistake(at: yaml.Node | yaml.Event, sentence: str) -> Mistake:
    return _at(cast("yaml.Mark", at.start_mark), sentence)


def _at(place: yaml.Mark | None, sentence: str) -> Mistake:
    mark = cast("yaml.Mark", place)  # The loader sets it for all nodes and errors.
    # The loader counts from 0, and people from 1.
    return Mistake(mark.line + 1, mark.column + 1, sentence)


def _syntax(text: str, error: yaml.reader.ReaderError | yaml.MarkedYAMLError) -> Mistake:
    if isinstance(error, yaml.reader.ReaderError):
        *lines_before, begin_of_line = text[: error.position].split("\n")
        line, column = len(lines_before) + 1, len(begin_of_line) + 1
        return Mistake(line, column, "this character is not allowed in YAML; remove it")
    if error.context == "while scanning a quoted scalar":
        # The parser notices it only later, so the place is the first quotation mark.
        return _at(error.context_mark, "this quotation mark has no end; write the second one")
    problem = one_line(error.problem, 120)
    for part, sentence in _PROBLEMS.items():
        if part in problem:
            return _at(error.problem_mark, sentence)
    advice = "correct the indentation, quotes or brackets here"
    return _at(error.problem_mark, f"this is not YAML ({problem}); {advice}")
