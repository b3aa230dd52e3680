"""Reads that still return the state before a write (switch `stale_reads`).

`Sharing` in `sharing.py` decides which reads a write affects.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

Result = TypeVar("Result")


class Staleness:
    """The old results that the next reads return, for each view and key that a write changed."""

    def __init__(self) -> None:
        self._old: dict[tuple[object, ...], tuple[object, int]] = {}

    def remember(self, reads: int, view: Callable[..., object], *key: str) -> None:
        """Keep the result of a read before a write for the next `reads` reads.

        If another write follows before the last of these reads, the count starts again. The reads
        still return the older result.
        """
        if reads > 0:
            known = self._old.get((view, *key))
            old = known[0] if known else view(*key)
            self._old[view, *key] = (old, reads)

    def read(self, view: Callable[..., Result], *key: str) -> Result:
        if (view, *key) not in self._old:
            return view(*key)
        old, reads = self._old.pop((view, *key))
        if reads > 1:
            self._old[view, *key] = (old, reads - 1)
        return cast(Result, old)
