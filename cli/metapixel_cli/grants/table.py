"""Tables of what a source says about grants, and their join by key."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from metapixel_cli.grants.grant import Key

T = TypeVar("T")
U = TypeVar("U")


class Missing(StrEnum):
    """The cause why a table has no entry for a key."""

    ABSENT = "absent"
    """The source was read, and does not have the grant."""
    NOT_READ = "not read"
    """The source may have the grant."""


@dataclass(frozen=True)
class Table(Generic[T]):
    """The entries of one source, such as the states of stacks, a program, or Meta."""

    entries: Mapping[Key, T]
    was_read: Callable[[Key], bool] = lambda key: True
    """Returns False for a key whose part of the source was not read completely."""

    def get(self, key: Key) -> T | Missing:
        """Return the entry of a key. A key that was not read never counts as absent."""
        if key in self.entries:
            return self.entries[key]
        return Missing.ABSENT if self.was_read(key) else Missing.NOT_READ


def joined(one: Table[T], other: Table[U]) -> Iterator[tuple[Key, T | Missing, U | Missing]]:
    """Yield each key of two tables with both entries, in the order of the tables."""
    for key in dict.fromkeys((*one.entries, *other.entries)):
        yield key, one.get(key), other.get(key)
