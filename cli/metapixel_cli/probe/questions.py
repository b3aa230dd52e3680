"""A question about Meta's behaviour, which has the name of the simulator's switch for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from metapixel_cli.probe.pixel import ProbedPixel

Value = bool | int | str


@dataclass(frozen=True)
class Proof:
    """A value of the switch, and the observation that proves it (`seen`), without ids or names."""

    value: Value
    seen: str


class Impact(Enum):
    """The greatest impact of an experiment at Meta.

    `REFUSAL` only deletes a share that does not exist. `REQUEST` asks an agency that must not work
    with the owner yet, and may approve the request. `SHARE` makes a share active. If the agency
    does not work with the owner yet, it approves a request. `PERMISSION` also permits an ad account
    of the agency.
    """

    NOTHING = auto()
    REFUSAL = auto()
    REQUEST = auto()
    SHARE = auto()
    PERMISSION = auto()

    def missing(self, has_agency: bool, ad_account: str, related: bool | None) -> str:
        """Return the option or the agency that this impact needs and the probe lacks, or ""."""
        if self in (Impact.NOTHING, Impact.REFUSAL) or (self is Impact.SHARE and related):
            return ""
        if self is Impact.REQUEST and related:
            return "an agency that does not work with the owner yet"
        if not has_agency:
            return "--agency-credentials"
        return "" if ad_account or self is not Impact.PERMISSION else "--ad-account"


@dataclass(frozen=True)
class Question:
    """A question. Its experiment has the same name, and its docstring lists the calls.

    `assumed` is the value that is assumed until somebody has seen another. `errors` is the largest
    number of calls that the experiment lets Meta refuse.
    """

    experiment: Callable[[ProbedPixel], Proof]
    assumed: Value
    impact: Impact
    errors: int = 0

    @property
    def name(self) -> str:
        return self.experiment.__name__
