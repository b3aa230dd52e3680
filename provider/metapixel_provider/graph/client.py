"""The Graph API client: reads that are retried, writes that are not.

A read is repeated while Meta is temporarily unable to answer. A write is sent again only after a
rate limit, which refuses it; where its outcome is unknown the caller has to read first.
"""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from metapixel_provider.errors import (
    MAY_HAVE_TAKEN_EFFECT,
    Fault,
    OutcomeUnknownError,
    RateLimitedError,
)
from metapixel_provider.graph.calls import Answer, Call, Node
from metapixel_provider.graph.credentials import (
    DEFAULT_API_VERSION,
    DEFAULT_GRAPH_URL,
    Credentials,
)
from metapixel_provider.graph.limits import Gate, Usage
from metapixel_provider.graph.paging import every_node
from metapixel_provider.graph.transport import MOST_IN_BATCH, Transport


@dataclass(frozen=True)
class Patience:
    """How long to go on. Seconds, but for `attempts` and `looks`.

    `timeout` is that of one HTTP exchange as a whole. A call is tried at most `attempts` times,
    with pauses that double from `first_pause` up to `longest_pause`, each shortened at random; a
    call waits at most `limit_wait` for rate limits, also where they only slow it down.
    What Meta does not show counts as absent after `looks` reads, with pauses that double from
    `first_look`: after a write a read may come from a replica that has not seen it yet. Within
    `lag` after a write one read is not enough to call something absent.
    """

    timeout: float = 60.0
    attempts: int = 5
    first_pause: float = 0.5
    longest_pause: float = 20.0
    limit_wait: float = 300.0
    looks: int = 4
    first_look: float = 0.25
    lag: float = 1.0

    def pause(self, attempt: int) -> float:
        """Seconds to pause after the attempt of this number, the first being 0."""
        whole = min(self.longest_pause, self.first_pause * 2.0**attempt)
        return whole * random.uniform(0.5, 1.0)  # noqa: S311 - jitter, not a secret


class Client:
    """A Graph API client for one credential set; may be called from several threads.

    Clients whose apps may be one share a `gate`: Meta limits an app, whoever calls with it.
    """

    def __init__(
        self,
        credentials: Credentials,
        graph_url: str = DEFAULT_GRAPH_URL,
        api_version: str = DEFAULT_API_VERSION,
        patience: Patience | None = None,
        gate: Gate | None = None,
    ) -> None:
        self.credentials = credentials
        self.patience = patience or Patience()
        self._transport = Transport(graph_url, api_version, credentials, self.patience.timeout)
        self._gate = gate or Gate()

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Node:
        """One node or one page. Raises GraphError."""
        return _unwrap(self.get_many([Call("GET", path, params or {})])[0])

    def get_many(self, calls: Sequence[Call]) -> list[Answer]:
        """Several reads in as few requests as can be, each with its own answer or error."""
        deadline = self._deadline()
        answers: dict[int, Answer] = {}
        left = list(range(len(calls)))
        failed = Answer({})
        failures = 0
        while left:
            chunk, rest = left[:MOST_IN_BATCH], left[MOST_IN_BATCH:]
            for position, answer in zip(
                chunk, self._send([calls[position] for position in chunk], deadline), strict=True
            ):
                answers[position] = answer
            # After the deadline a limited call has its answer.
            in_time = time.monotonic() < deadline
            limited = [each for each in chunk if in_time and _limited(answers[each])]
            unknown = [
                position
                for position in chunk
                if isinstance(answers[position].error, OutcomeUnknownError)
            ]
            if unknown:
                failed = answers[unknown[-1]]
                failures += 1
                if failures == self.patience.attempts:
                    break
                asked_for = min(failed.usage.wait, self.patience.longest_pause)
                time.sleep(max(self.patience.pause(failures - 1), asked_for))
            left = sorted(limited + unknown) + rest
        # A read that was never reached fails as the last one that did.
        return [answers.get(position, failed) for position in range(len(calls))]

    def get_all(self, path: str, params: Mapping[str, str] | None = None) -> Iterator[Node]:
        """Every node of an edge, page by page; halves the page when Meta asks for less data."""
        return every_node(lambda query: self.get(path, query), params or {})

    def write(self, call: Call) -> Node:
        """One write, sent once: what is not refused by a rate limit is never repeated here.

        Raises GraphError; OutcomeUnknownError where it may have taken effect.
        """
        deadline = self._deadline()
        while True:
            (answer,) = self._send([call], deadline)
            if isinstance(answer.error, OutcomeUnknownError):
                raise answer.error.during("", MAY_HAVE_TAKEN_EFFECT)
            if not _limited(answer) or time.monotonic() >= deadline:
                return _unwrap(answer)

    def _send(self, calls: Sequence[Call], deadline: float) -> list[Answer]:
        """One request, when the gate lets it through; what it left out counts as limited."""
        try:
            with self._gate.passing(deadline) as known:
                # Each entry of a batch counts for Meta's limits.
                if len(calls) == 1 or self._gate.one_by_one:
                    answers = [self._transport.send(calls[0])]
                else:
                    answers = self._transport.send_batch(calls)
                usage = functools.reduce(Usage.fullest, (answer.usage for answer in answers))
                errors = (answer.error for answer in answers)
                limit = next((each for each in errors if isinstance(each, RateLimitedError)), None)
                if limit is not None:
                    self._gate.limited(limit.fault, usage, known)
                elif any(map(_spoken, answers)):
                    self._gate.learn(usage, known)
        except RateLimitedError as limited:
            return [Answer({}, limited)] * len(calls)
        left_out = Answer({}, RateLimitedError(Fault("its turn did not come in time")))
        return answers + [left_out] * (len(calls) - len(answers))

    def _deadline(self) -> float:
        return time.monotonic() + self.patience.limit_wait


def _limited(answer: Answer) -> bool:
    """Whether Meta limited the call; the gate's own refusal to wait longer carries its wait."""
    return isinstance(answer.error, RateLimitedError) and not answer.error.wait


def _spoken(answer: Answer) -> bool:
    """Whether Meta answered: a connection that broke off says nothing of its limits."""
    return answer.error is None or answer.error.fault.code != 0


def _unwrap(answer: Answer) -> Node:
    if answer.error is not None:
        raise answer.error
    return answer.node
