"""The numbers of the calls of a probe, and their limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from metapixel_cli.probe.errors import OverBudgetError
from metapixel_provider.errors import OutcomeUnknownError, RateLimitedError, TooMuchDataError
from metapixel_provider.graph.calls import Response
from metapixel_provider.graph.limits import RateLimiter

_DISTURBANCES = (OutcomeUnknownError, RateLimitedError, TooMuchDataError)


@dataclass(frozen=True)
class Delay:
    """The reads and the seconds after a write until Meta returned its effect."""

    reads: int
    seconds: float


class Traffic(RateLimiter):
    """The rate limiter of all calls of a probe, which counts them.

    `disturbances` is the number of calls that were rate-limited or got no response, also if the
    client repeated them with success. `used` are the calls, and the writes and new requests among
    them. `planned` are their numbers in the plan, and empty while nothing is limited.
    """

    disturbances = 0

    def __init__(self, announce: Callable[[str], None]) -> None:
        super().__init__(announce)
        self.used = Counter[str]()
        self.planned: Mapping[str, int] = {}
        self.delays: list[Delay] = []

    @property
    def lag(self) -> int:
        """The greatest number of reads after a write that returned the state before it."""
        return max((delay.reads for delay in self.delays), default=0)

    @property
    def longest_delay(self) -> float:
        """The longest time in seconds until the effect of a write was returned after older data."""
        return max((delay.seconds for delay in self.delays if delay.reads), default=0.0)

    @contextmanager
    def turn(self, deadline: float) -> Iterator[bool]:
        self.check_budget()
        # Yields `is_alone`: whether this call alone tests if Meta still limits the app.
        with super().turn(deadline) as is_alone:
            yield is_alone

    def record(self, responses: Sequence[Response], is_alone: bool) -> None:
        super().record(responses, is_alone)
        self.used["calls"] += len(responses)
        self.disturbances += sum(isinstance(each.error, _DISTURBANCES) for each in responses)

    def check_budget(self) -> None:
        """Raise OverBudgetError if twice the plan is used up."""
        for noun, planned in self.planned.items():
            further_reads = 0
            if noun == "calls":
                # About a third of the planned calls are reads after a write. Each of them is
                # repeated as often as Meta's responses lag behind the write.
                further_reads = planned * self.lag // 3
            limit = 2 * (planned + further_reads)
            # Without a planned write or request, the limit is 0, which is not used up yet.
            if self.used[noun] and self.used[noun] >= limit:
                raise OverBudgetError(f"the probe made twice the {noun} of its plan")
