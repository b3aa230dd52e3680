"""The report of a diagnosis: the outcomes of the chosen checks, and the overall result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from metapixel_cli.doctor.judging.catalogue import CHECKS, Check
from metapixel_cli.doctor.judging.names import Names
from metapixel_cli.doctor.judging.verdict import Outcome, Result
from metapixel_cli.doctor.reading.observed import Observed


class Overall(StrEnum):
    """The overall result: the worst result of a check."""

    SUCCESS = "success"
    WARNING = "warning"
    INCOMPLETE = "incomplete"
    ERROR = "error"


@dataclass(frozen=True)
class Report:
    """The outcomes of each check. `skipped` are the names of the checks that were not chosen."""

    checked_at: datetime
    outcomes: Sequence[tuple[Check, Outcome]]
    skipped: tuple[str, ...]

    @property
    def counts(self) -> Counter[Result]:
        return Counter(outcome.verdict.result for _, outcome in self.outcomes)

    @property
    def overall(self) -> Overall:
        """The overall result. A check that could not run prevents a success. `UNKNOWN` does not."""
        counts = self.counts
        if counts[Result.ERROR]:
            return Overall.ERROR
        if counts[Result.NOT_RUN]:
            return Overall.INCOMPLETE
        return Overall.WARNING if counts[Result.WARNING] else Overall.SUCCESS


def judge(observed: Observed, chosen: Collection[Check]) -> Report:
    """Return the report of the chosen checks, in the order of the catalogue."""
    names = Names(observed.settings.stack)
    outcomes = [
        (check, outcome)
        for check in CHECKS
        if check in chosen
        for outcome in check.judge(observed, names)
    ]
    skipped = tuple(check.name for check in CHECKS if check not in chosen)
    return Report(observed.now, outcomes, skipped)
