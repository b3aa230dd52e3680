"""Reads that lag behind writes (switch `stale_reads`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

View = TypeVar("View")
Key = tuple[str, ...]


class Staleness:
    """Keeps, for each thing a write changed, what the next reads still see."""

    def __init__(self) -> None:
        self._old: dict[Key, tuple[object, int]] = {}

    def remember(self, key: Key, view: object, reads: int) -> None:
        """Call before a write. A second write within the lag restarts it, with the oldest view."""
        if reads > 0:
            old, _ = self._old.get(key, (view, 0))
            self._old[key] = (old, reads)

    def read(self, key: Key, live: Callable[[], View]) -> View:
        if key not in self._old:
            return live()
        old, reads = self._old.pop(key)
        if reads > 1:
            self._old[key] = (old, reads - 1)
        return cast(View, old)
