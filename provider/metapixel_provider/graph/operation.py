"""An operation that may write until the run is cancelled."""

from __future__ import annotations

import threading
from contextvars import ContextVar

from metapixel_provider.errors import RefusedError


class Operation:
    """An operation on `resource`. After `cancelled` is set, it cannot send its first write.

    An operation that has sent a write can send others, because it has to record the result.
    """

    def __init__(self, resource: str = "", cancelled: threading.Event | None = None) -> None:
        self._resource = resource
        self._cancelled = cancelled or threading.Event()
        self.has_written = False

    @property
    def may_write(self) -> bool:
        return self.has_written or not self._cancelled.is_set()

    def check(self) -> None:
        """Raise RefusedError unless `may_write`."""
        if not self.may_write:
            raise RefusedError(
                f"Nothing was sent for {self._resource}, because the run was cancelled; "
                f"run the same command again"
            )


#: The operation of the calling thread.
current: ContextVar[Operation] = ContextVar("operation")
