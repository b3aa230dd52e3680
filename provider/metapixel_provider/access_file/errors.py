"""The mistakes in an access file, and the error that lists them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from metapixel_provider.errors import ConfigurationError
from metapixel_provider.texts import one_line


@dataclass(frozen=True, order=True)
class Mistake:
    """A mistake in an access file. `line` and `column` count from 1.

    `sentence` describes the mistake and the correction. `line` is 0 if the mistake has no place.
    """

    line: int
    column: int
    sentence: str


class AccessFileError(ConfigurationError):
    """The mistakes in an access file, or the reason why it is unreadable.

    The message has one line for each mistake. `path` is the path as the user wrote it.
    """

    def __init__(self, path: str, mistakes: Iterable[Mistake]) -> None:
        lines = []
        for each in sorted(mistakes):
            place = f":{each.line}:{each.column}" if each.line else ""
            lines.append(f"{one_line(path)}{place}: {each.sentence}")
        super().__init__("\n".join(lines))
