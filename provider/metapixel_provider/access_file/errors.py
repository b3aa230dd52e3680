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
        self.path = path
        self.mistakes = tuple(sorted(mistakes))
        super().__init__(path, self.mistakes)

    def __str__(self) -> str:
        path = one_line(self.path)
        return "\n".join(
            f"{path}:{each.line}:{each.column}: {each.sentence}"
            if each.line
            else f"{path}: {each.sentence}"
            for each in self.mistakes
        )
