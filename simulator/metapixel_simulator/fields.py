"""The parameter `fields`: names of fields, expansions of edges, and modifiers of expansions.

For example, `id,name,agencies.limit(5){id,permitted_tasks}` expands an edge to its first five rows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .errors import GraphError

#: A name with its modifiers.
_FIELD = re.compile(r"\s*([A-Za-z0-9_]+)((?:\s*\.\s*[A-Za-z0-9_]+\s*\([^)]*\))*)")
_MODIFIER = re.compile(r"([A-Za-z0-9_]+)\s*\(([^)]*)\)")


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
    parser = _Parser(text.rstrip())
    parsed = parser.fields()
    if parser.place < len(parser.text):
        raise parser.error()
    return parsed


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0

    def error(self) -> GraphError:
        rest = self.text[self.place :][:20]
        return GraphError(f"Syntax error at character {self.place}: {rest!r}", code=2500)

    def fields(self) -> tuple[Field, ...]:
        found = [self.field()]
        while self.skip(","):
            found.append(self.field())
        return tuple(found)

    def field(self) -> Field:
        matched = _FIELD.match(self.text, self.place)
        if matched is None:
            raise self.error()
        self.place = matched.end()
        inner = None
        if self.skip("{"):
            inner = self.fields()
            if not self.skip("}"):
                raise self.error()
        args = {key: value.strip().strip("\"'") for key, value in _MODIFIER.findall(matched[2])}
        return Field(matched[1], args, inner)

    def skip(self, mark: str) -> bool:
        """Skip a mark. Return False if another text follows."""
        rest = self.text[self.place :].lstrip()
        if not rest.startswith(mark):
            return False
        self.place = len(self.text) - len(rest) + 1
        return True
