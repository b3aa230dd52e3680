"""Which resources this run brought about, so that none is deleted under an older name.

After a rename the engine creates under the new name before it deletes under the old one, and both
mean the same share. In a replacement that deletes first it is the other way round.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

from metapixel_provider.errors import RefusedError


class Claim(Enum):
    """What this run did about what a key stands for."""

    NONE = "none"

    DECLARED = "declared"
    """The program declares it, and no step has been about it yet."""

    INHERITED = "inherited"
    """A deletion was left out, for the creation that is to follow."""

    STANDS = "stands"
    """It was created, adopted, updated, or found to be as declared."""

    FAILED = "failed"
    """It is declared, and bringing it about failed: whether it stands is not settled."""


class Claims:
    """The claims of one operation, by kind of resource and resource id."""

    def __init__(self) -> None:
        self._claims: defaultdict[str, Claim] = defaultdict(lambda: Claim.NONE)
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._lock = threading.Lock()

    def declare(self, key: str | None) -> None:
        """Notes that the program declares it."""
        if key is not None:
            with self._holding(key):
                if self._claims[key] is Claim.NONE:
                    self._claims[key] = Claim.DECLARED

    @contextmanager
    def bringing_about(self, key: str | None) -> Iterator[bool]:
        """Creates, updates or finds what a key stands for; no deletion of it goes on meanwhile.

        Gives whether what stands already was this program's under an older name.
        """
        if key is None:
            yield False
            return
        with self._holding(key):
            try:
                yield self._claims[key] is Claim.INHERITED
            except BaseException:
                self._claims[key] = Claim.FAILED
                raise
            self._claims[key] = Claim.STANDS

    @contextmanager
    def deleting(self, key: str) -> Iterator[bool]:
        """Gives whether what a key stands for has to go; nothing brings it about meanwhile.

        Raises RefusedError where it is declared under another name and that failed: deleting it
        would take access away that is declared, and forgetting it would leave access behind.
        """
        with self._holding(key):
            claim = self._claims[key]
            if claim is Claim.FAILED:
                raise RefusedError(
                    f"{key} was not deleted: the program declares it under another name, and that "
                    f"failed; resolve the other error and run `pulumi up` again"
                )
            if claim is Claim.DECLARED:
                self._claims[key] = Claim.INHERITED
            yield claim is Claim.NONE

    @contextmanager
    def _holding(self, key: str) -> Iterator[None]:
        with self._lock:
            lock = self._locks[key]
        with lock:
            yield
