"""The shortening of a comment to a maximum length. The last rows are omitted and counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

#: The maximum length of a comment on GitHub, in characters.
GITHUB_LIMIT = 65_536


@dataclass(frozen=True)
class Section:
    """Rows between a head and a foot. Rows can be omitted, beginning with the last row."""

    head: str
    rows: Sequence[str] = ()
    noun: str = ""
    """The noun that counts omitted rows."""
    foot: str = ""

    def text(self, kept: int) -> str:
        rest = len(self.rows) - kept
        if not rest:
            return "\n".join([self.head, *self.rows]) + self.foot
        sentence = f"\n_{rest:,} of {len(self.rows):,} {self.noun} left out here._\n"
        if not kept:
            return sentence
        return "\n".join([self.head, *self.rows[:kept]]) + f"\n{sentence}" + self.foot


def length(text: str) -> int:
    """Return the length in UTF-16 units, which is never shorter than GitHub's own count."""
    return len(text) + sum(character > "\uffff" for character in text)


def fit(top: str, sections: Sequence[Section], limit: int) -> str:
    """Return `top`, which is never shortened, with as many rows of the sections as fit."""
    kept = [len(section.rows) for section in sections]
    text = _joined(top, sections, kept)
    for position in reversed(range(len(sections))):
        while length(text) > limit and kept[position]:
            rows = sections[position].rows[: kept[position]]
            kept[position] = _fewer(rows, length(text) - limit)
            # The text now has a sentence about the rows that are left out.
            text = _joined(top, sections, kept)
    return text


def _fewer(rows: Sequence[str], excess: int) -> int:
    """Return the number of rows without the last ones, which have at least `excess` characters."""
    number = len(rows)
    while excess > 0 and number:
        number -= 1
        excess -= length(rows[number]) + 1
    return number


def _joined(top: str, sections: Sequence[Section], kept: Sequence[int]) -> str:
    parts = [top]
    for section, rows in zip(sections, kept, strict=True):
        parts.append(section.text(rows).strip("\n"))
    return "\n\n".join(parts) + "\n"
