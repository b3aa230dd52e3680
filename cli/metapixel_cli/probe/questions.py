"""A question about Meta's behaviour, its result, and the profile of all results in YAML."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum

import yaml

from metapixel_cli.escape import in_log
from metapixel_cli.probe.errors import InconclusiveError, NotRunError
from metapixel_cli.probe.pixel import ProbedPixel, reason
from metapixel_provider.errors import GraphError

#: The number of times that an experiment is begun if calls are rate-limited or get no response.
ATTEMPTS = 4
#: The verdicts on a question. docs/probe.md explains them.
_SAME, _OTHER, _INCONCLUSIVE, NOT_RUN = "same", "other", "inconclusive", "not run"
_HEAD = """\
# Behaviour of Meta, as `metapixel probe` observed it. This file has no ids, names or tokens.
# With the option --profile, the simulator behaves as this file describes.
"""

Value = bool | int | str


@dataclass(frozen=True)
class Proof:
    """A value of the switch, and the observation that proves it (`seen`), without ids or names."""

    value: Value
    seen: str


class Impact(Enum):
    """The greatest impact of an experiment, with about its numbers of calls, writes and requests.

    `REFUSAL` only deletes a share that does not exist. `REQUEST` asks an agency that must not work
    with the owner yet, and may approve the request. `SHARE` makes a share active, for which such an
    agency approves a request. `PERMISSION` also permits an ad account of the agency.
    """

    NOTHING = (1.0, 0.0, 0.0)
    REFUSAL = (7.0, 2.0, 0.0)
    REQUEST = (6.0, 1.0, 0.5)
    SHARE = (10.0, 1.5, 0.5)
    PERMISSION = (18.0, 5.0, 0.5)


@dataclass(frozen=True)
class Question:
    """A question. Its experiment and the simulator's switch have the same name.

    `assumed` is the value that is assumed until somebody has seen another. `refused_calls` is the
    largest number of calls that the experiment lets Meta refuse.
    """

    experiment: Callable[[ProbedPixel], Proof]
    assumed: Value
    impact: Impact
    refused_calls: int = 0

    @property
    def name(self) -> str:
        return self.experiment.__name__


@dataclass(frozen=True)
class Result:
    """The result of a question: its verdict, and either a proof or a reason why there is none.

    `message` is Meta's message, which only the terminal gets, because it can contain ids and names.
    """

    question: Question
    verdict: str
    reason: str = ""
    proof: Proof | None = None
    message: str = ""

    def entry(self) -> dict[str, object]:
        if self.proof is None:
            return {"verdict": self.verdict, "reason": self.reason}
        return {"verdict": self.verdict, "answer": self.proof.value, "seen": self.proof.seen}

    def text(self) -> str:
        if self.proof is None:
            parts = [self.question.name, self.verdict, self.reason, self.message]
            return in_log(": ".join(filter(None, parts)))
        value = self.proof.value
        answer = str(value).lower() if isinstance(value, bool) else value
        return in_log(f"{self.question.name}: {answer} ({self.verdict}): {self.proof.seen}")


def profile(probed_on: date, api_version: str, results: Sequence[Result]) -> str:
    content = {
        "version": 1,
        "probed_on": probed_on.isoformat(),
        "api_version": api_version,
        "switches": {each.question.name: each.entry() for each in results},
    }
    return _HEAD + yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=1000)


def ask(pixel: ProbedPixel, question: Question) -> Result:
    """Run the experiment until no call disturbs it, or `ATTEMPTS` times. Raise NotRestoredError."""
    earlier_reason = ""
    for _ in range(ATTEMPTS):
        disturbances_before = pixel.traffic.disturbances
        result = _attempt(pixel, question)
        is_disturbed = pixel.traffic.disturbances > disturbances_before
        if result.verdict == NOT_RUN:
            # A disturbed attempt before can have made this one impossible, so its reason counts.
            return replace(result, reason=earlier_reason or result.reason)
        if result.proof and is_disturbed:
            # The response to a repeated call can hide the effect of the first call.
            disturbance = "some calls were rate-limited, or got no response"
            result = Result(question, _INCONCLUSIVE, disturbance)
        if not result.proof:
            pixel.confirmed_state = "unknown"
        if not is_disturbed:
            # The same experiment would have the same result.
            return result
        earlier_reason = result.reason
    return result


def _attempt(pixel: ProbedPixel, question: Question) -> Result:
    try:
        proof = question.experiment(pixel)
    except NotRunError as error:
        return Result(question, NOT_RUN, str(error))
    except InconclusiveError as error:
        return Result(question, _INCONCLUSIVE, str(error))
    except GraphError as error:
        return Result(question, _INCONCLUSIVE, reason(error), message=error.fault.message)
    verdict = _SAME if proof.value == question.assumed else _OTHER
    return Result(question, verdict, proof=proof)
