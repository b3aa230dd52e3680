"""Reads that still return the state before a write (switch `stale_reads`).

`Sharing` in `sharing.py` decides which reads a write affects.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

View = TypeVar("View")
Key = tuple[str, ...]


class Staleness:
    """The old results that the next reads return, for each thing that a write changed."""

    def __init__(self) -> None:
        self._old: dict[Key, tuple[object, int]] = {}

    def remember(self, key: Key, live: Callable[[], object], reads: int) -> None:
        """Keep the result of a read before a write for the next `reads` reads.

        If another write follows before the last of these reads, the count starts again. The reads
        still return the older result.
        """
        if reads > 0:
            old = self._old[key][0] if key in self._old else live()
            self._old[key] = (old, reads)

    def has_old(self, key: Key) -> bool:
        """Return whether the next read returns an old result."""
        return key in self._old

    def read(self, key: Key, live: Callable[[], View]) -> View:
        if key not in self._old:
            return live()
        old, reads = self._old.pop(key)
        if reads > 1:
            self._old[key] = (old, reads - 1)
        return cast(View, old)
