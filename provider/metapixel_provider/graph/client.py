"""The Graph API client, which retries reads, and repeats a write only after a rate limit.

If the outcome of a write is unknown, the caller has to read before it writes again.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass, replace

from metapixel_provider.errors import (
    MAY_HAVE_TAKEN_EFFECT,
    Fault,
    Origin,
    OutcomeUnknownError,
    RateLimitedError,
    RefusedError,
)
from metapixel_provider.graph import trace
from metapixel_provider.graph.calls import Call, Node, Response
from metapixel_provider.graph.clock import Clock
from metapixel_provider.graph.credentials import DEFAULT_API_VERSION, DEFAULT_GRAPH_URL, Credentials
from metapixel_provider.graph.limits import RateLimiter
from metapixel_provider.graph.patience import Patience
from metapixel_provider.graph.send_queue import SendQueue
from metapixel_provider.graph.transport import MOST_IN_BATCH, Transport

BATCHES_AT_ONCE = 8
#: The smallest batch into which reads are split. Smaller ones would cost too many requests.
LEAST_IN_BATCH = 4

#: The response to a call that its request did not contain.
_LEFT_OUT = Response({}, RateLimitedError(Fault("the call could not be sent in time")))


class Operation:
    """An operation on `resource`. After `cancelled` is set, it cannot send its first write.

    An operation that has sent a write can send others, because it has to record the result.
    """

    def __init__(self, resource: str = "", cancelled: threading.Event | None = None) -> None:
        self._resource = resource
        self._cancelled = cancelled or threading.Event()
        self.has_written = False

    def begin(self) -> bool:
        """Begin to send a write, if it can be sent. Return False otherwise."""
        self.has_written = self._can_write()
        return self.has_written

    def check(self) -> None:
        """Raise RefusedError if no write can be sent."""
        if not self._can_write():
            raise RefusedError(
                f"Nothing was sent for {self._resource}, because the run was cancelled; "
                f"run the same command again"
            )

    def _can_write(self) -> bool:
        return self.has_written or not self._cancelled.is_set()


current_operation: ContextVar[Operation] = ContextVar("operation")


@dataclass(eq=False)
class _Sending:
    """A call that is sent until a deadline, and its last response. A read has no operation."""

    call: Call
    deadline: float
    operation: Operation | None = None
    attempts: int = 0
    response: Response = _LEFT_OUT

    def is_limited_and_in_time(self) -> bool:
        """Return whether Meta limited the call, which can be sent again before its deadline."""
        error = self.response.error
        return isinstance(error, RateLimitedError) and time.monotonic() + error.wait < self.deadline


class Client:
    """A thread-safe Graph API client for one credential set.

    Clients that may belong to the same app share a `limiter`, because Meta limits each app. All
    clients of a process share a `clock`. The operation of the calling thread can refuse a write.
    `host` is the host in errors, empty for Meta (`Origin`).
    """

    def __init__(  # noqa: PLR0913 - all arguments but one have a default
        self,
        credentials: Credentials,
        graph_url: str = DEFAULT_GRAPH_URL,
        api_version: str = DEFAULT_API_VERSION,
        patience: Patience | None = None,
        limiter: RateLimiter | None = None,
        clock: Clock | None = None,
        host: str = "",
    ) -> None:
        self.credentials = credentials
        self.origin = Origin(host, credentials.source, credentials.app_secret_source)
        self.patience = patience or Patience()
        self.clock = clock or Clock()
        self._is_traced = trace.start()
        self._limiter = limiter or RateLimiter()
        announce = self._limiter.announce
        self._transport = Transport(
            graph_url, api_version, credentials, self.patience.timeout, self.clock, announce
        )
        self._writes = SendQueue(self._send, self.patience.writes_in_batch, self.patience.gathering)

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Node:
        """Read a node or a page. Raise GraphError if the read fails."""
        return self.get_many([Call("GET", path, params or {})])[0].found()

    def get_many(self, calls: Sequence[Call]) -> list[Response]:
        """Send reads in a few batches, and return a response or an error for each read."""
        deadline = time.monotonic() + self.patience.limit_wait
        sendings = [_Sending(call, deadline) for call in calls]
        pending = sendings
        failed_attempts, failing_since = 0, 0.0
        while pending:
            self._send_in_batches(pending)
            unanswered = [
                each for each in pending if isinstance(each.response.error, OutcomeUnknownError)
            ]
            limited = [each for each in pending if each.is_limited_and_in_time()]
            if unanswered:
                if failed_attempts == 0:
                    failing_since = time.monotonic()
                failed_attempts += 1
                if not self._pause(failed_attempts, failing_since):
                    unanswered = []  # These reads keep their errors.
            pending = limited + unanswered
        return [each.response for each in sendings]

    def _pause(self, failed_attempts: int, failing_since: float) -> bool:
        """Wait before reads without a usable response are repeated. Return False to give up."""
        is_short_outage = time.monotonic() - failing_since < self.patience.outage
        if failed_attempts >= self.patience.read_attempts and not is_short_outage:
            return False
        return self._limiter.pause(self.patience.pause_after(failed_attempts - 1))

    def _send_in_batches(self, sendings: Sequence[_Sending]) -> None:
        """Send up to `BATCHES_AT_ONCE` batches at the same time.

        Meta may answer the entries of a batch one after another, so more batches are faster.
        """
        size = math.ceil(len(sendings) / BATCHES_AT_ONCE)
        size = min(max(size, LEAST_IN_BATCH), MOST_IN_BATCH)
        batches = [sendings[start : start + size] for start in range(0, len(sendings), size)]
        if len(batches) == 1:
            self._send(sendings)
            return
        pool = ThreadPoolExecutor(BATCHES_AT_ONCE)
        try:
            list(pool.map(self._send, batches))
        finally:
            # An interrupted thread does not wait for the batches that were not sent yet.
            pool.shutdown(wait=False, cancel_futures=True)

    def write(self, call: Call) -> Node:
        """Send a write. Repeat it only while Meta limits calls.

        Writes that arrive at almost the same time are sent in batches. Raises OutcomeUnknownError
        if the write may have taken effect, and another GraphError if Meta refused the write.
        """
        operation = current_operation.get(Operation())
        sending = _Sending(call, time.monotonic() + self.patience.limit_wait, operation)
        while True:
            operation.check()
            group = self._writes.join(sending)
            response = self._writes.result(group, sending)
            if response.error is None:
                return response.node
            if isinstance(response.error, OutcomeUnknownError):
                raise response.error.during(advice=MAY_HAVE_TAKEN_EFFECT)
            if not sending.is_limited_and_in_time():
                raise response.error

    def _send(self, sendings: Sequence[_Sending]) -> list[Response]:
        """Send one request when the rate limiter allows it.

        A call that the request does not contain counts as limited, for example the write of an
        operation that was cancelled in the meantime.
        """
        for each in sendings:
            each.response = _LEFT_OUT  # The response of each call that is sent replaces it.
        try:
            self._send_when_allowed(sendings)
        except RateLimitedError as limited:
            for each in sendings:
                each.response = Response({}, limited)
        for each in sendings:
            if each.response.error is not None:
                error = each.response.error.with_origin(self.origin)
                each.response = replace(each.response, error=error)
        return [each.response for each in sendings]

    def _send_when_allowed(self, sendings: Sequence[_Sending]) -> None:
        deadline = min(each.deadline for each in sendings)
        with self._limiter.turn(deadline) as is_alone:
            # Each entry of a batch counts towards Meta's limits.
            chosen = sendings[:1] if is_alone else sendings
            # A cancelled operation cannot begin to send its write.
            sent = [each for each in chosen if each.operation is None or each.operation.begin()]
            if not sent:
                return
            began = time.monotonic()
            found = self._transport.send([each.call for each in sent])
            took = time.monotonic() - began
            for each, response in zip(sent, found, strict=True):
                each.attempts += 1
                each.response = response
                if self._is_traced:
                    trace.write(each.call, response, took, each.attempts)
            self._limiter.record(found, is_alone)
