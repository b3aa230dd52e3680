"""How long calls wait, how often they are repeated, and how many are sent together."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Patience:
    """Limits for waits, repetitions and batches. All times are in seconds.

    Meta documents none of the times. It documents that a batch has at most 50 calls (Meta, "Batch
    Requests"), and that calls made during a rate limit lengthen it (Meta, "Rate Limits").
    """

    # One HTTP request
    #: The limit of each wait for headers, and of a response's body as a whole.
    timeout: float = 60.0

    # Repetitions of a call that got no usable response
    #: A read changes nothing, so it can always be repeated: for at least this number of attempts,
    #: and at least this time after its first failure, so that a short outage fails no command.
    read_attempts: int = 5
    outage: float = 60.0
    #: The attempts of a write, each after a read that showed no effect of the one before.
    write_attempts: int = 5
    #: The pauses double from the first to the longest one, and each is shortened at random, so that
    #: clients that failed together do not come back together.
    first_pause: float = 0.5
    longest_pause: float = 20.0

    # Rate limits
    #: A call waits for rate limits for at most this time in total. A longer wait would look like a
    #: command that hangs.
    limit_wait: float = 300.0

    # Reads after a write
    #: A read may come from a replica that does not have the last write yet. So a read with an
    #: unexpected result is repeated, up to this number of reads, with pauses that double.
    reads: int = 4
    first_read_pause: float = 0.25
    #: Within this time after a write, one read does not prove that access is absent.
    lag: float = 1.0
    #: A read is shared for this time. A longer command must notice changes by other people.
    valid: float = 30.0

    # Batches
    #: Calls are sent together when no other call has joined them for this time (`send_queue.py`).
    gathering: float = 0.008
    #: If the response to a batch of writes is lost, so many outcomes are unknown at most.
    writes_in_batch: int = 10

    def pause_after(self, attempt: int) -> float:
        """Return the pause in seconds after an attempt. The first attempt has number 0."""
        whole = min(self.longest_pause, self.first_pause * 2.0**attempt)
        return whole * random.uniform(0.5, 1.0)  # noqa: S311 - jitter, not a secret
