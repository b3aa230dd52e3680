"""Keeps a comment under a length: detail goes from the end, and what is left out is counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

#: GitHub refuses a comment of more characters.
GITHUB_LIMIT = 65_536


@dataclass(frozen=True)
class Section:
    """Rows that can be dropped one by one, the last first, between a head and a foot."""

    head: str
    rows: Sequence[str]
    foot: str
    left_out: Callable[[int], str]
    """What to say instead of the rows from this position on."""

    def text(self, kept: int) -> str:
        """The section with its first rows."""
        if not self.rows or kept == len(self.rows):
            return "\n".join([self.head, *self.rows]) + self.foot
        said = f"\n_{self.left_out(kept)}_\n"
        if not kept:
            return said
        return "\n".join([self.head, *self.rows[:kept]]) + f"\n{said}" + self.foot


def counted(total: int, noun: str) -> Callable[[int], str]:
    """Says how many rows are left out: `12 of 30 errors left out here.`"""
    return lambda kept: f"{total - kept:,} of {total:,} {noun} left out here."


def length(text: str) -> int:
    """Characters as GitHub counts them at worst: those outside of the basic plane are two."""
    return len(text) + sum(character > "\uffff" for character in text)


def fit(top: str, sections: Sequence[Section], limit: int) -> str:
    """The top, which is never dropped, and as much of the sections as fits."""
    kept = [len(section.rows) for section in sections]
    lengths = [[length(row) + 1 for row in section.rows] for section in sections]
    total = length(_joined(top, sections, kept))
    for position in reversed(range(len(sections))):
        while total > limit and kept[position]:
            # Rows of at least the excess go at once; then what is said about them is measured.
            excess = total - limit
            while excess > 0 and kept[position]:
                kept[position] -= 1
                excess -= lengths[position][kept[position]]
            total = length(_joined(top, sections, kept))
    return _joined(top, sections, kept)


def _joined(top: str, sections: Sequence[Section], kept: Sequence[int]) -> str:
    parts = [section.text(rows) for section, rows in zip(sections, kept, strict=True)]
    return "\n\n".join([top, *(part.strip("\n") for part in parts)]) + "\n"
