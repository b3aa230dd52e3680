"""The parameter `fields`: names of fields, expansions of edges, and modifiers of expansions.

For example, `id,name,agencies.limit(5){id,permitted_tasks}` expands an edge to its first five rows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .errors import GraphError

_TOKEN = re.compile(r"\s*([A-Za-z0-9_]+|[,{}.()])")


@dataclass(frozen=True)
class Field:
    """A requested field. `fields` are the fields in its braces, or None if it has no braces."""

    name: str
    args: dict[str, str] = field(default_factory=dict)
    fields: tuple[Field, ...] | None = None


def parse_fields(text: str) -> tuple[Field, ...]:
    """Return the requested fields.

    Raises GraphError for a syntax error, with Meta's code 2500 and the position of the error.
    """
    parser = _Parser(text)
    parsed = parser.fields()
    if parser.place < len(text.rstrip()):
        raise parser.error()
    return parsed


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0

    def error(self) -> GraphError:
        return GraphError(
            f"Syntax error at character {self.place}: {self.text[self.place :][:20]!r}", code=2500
        )

    def peek(self) -> str:
        found = _TOKEN.match(self.text, self.place)
        return found.group(1) if found else ""

    def take(self, wanted: str | None = None) -> str:
        found = _TOKEN.match(self.text, self.place)
        if not found or (wanted is not None and found.group(1) != wanted):
            raise self.error()
        self.place = found.end()
        return found.group(1)

    def word(self) -> str:
        word = self.peek()
        if not word or word in ",{}.()":
            raise self.error()
        return self.take()

    def fields(self) -> tuple[Field, ...]:
        found = [self.field()]
        while self.peek() == ",":
            self.take()
            found.append(self.field())
        return tuple(found)

    def field(self) -> Field:
        name = self.word()
        args: dict[str, str] = {}
        while self.peek() == ".":
            self.take()
            key = self.word()
            args[key] = self.argument()
        inner = None
        if self.peek() == "{":
            self.take()
            inner = self.fields()
            self.take("}")
        return Field(name, args, inner)

    def argument(self) -> str:
        self.take("(")
        end = self.text.find(")", self.place)
        if end < 0:
            raise self.error()
        value, self.place = self.text[self.place : end], end + 1
        return value.strip().strip("\"'")
