"""The result of a question, and the profile of all results.

The profile is YAML, and contains no ids, names and tokens.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from io import StringIO

from ruamel.yaml import YAML

from metapixel_cli.escape import in_log
from metapixel_cli.probe.errors import InconclusiveError, NotRunError
from metapixel_cli.probe.pixel import ProbedPixel, reason
from metapixel_cli.probe.questions import Question
from metapixel_provider.errors import GraphError

#: The number of times that an experiment is begun if calls are rate-limited or get no response.
ATTEMPTS = 4
_HEAD = """\
# Behaviour of Meta, as `metapixel probe` observed it. This file has no ids, names or tokens.
# With the option --profile, the simulator behaves as this file describes.
"""


class QuestionVerdict(StrEnum):
    """The result of a question. docs/probe.md explains each."""

    SAME = "same"
    OTHER = "other"
    INCONCLUSIVE = "inconclusive"
    NOT_RUN = "not run"


@dataclass(frozen=True)
class Result:
    """The result of a question: its verdict, and the rest of its entry.

    An entry has a `reason`, or the `answer` and the observation that proves it (`seen`). `message`
    is Meta's message, which only the terminal gets, because it can contain ids and names.
    """

    question: Question
    verdict: QuestionVerdict
    entry: Mapping[str, object]
    message: str = ""

    def text(self) -> str:
        """Return a line for the terminal."""
        result, why = str(self.verdict), self.entry.get("reason")
        if "answer" in self.entry:
            answer, why = self.entry["answer"], self.entry["seen"]
            shown = str(answer).lower() if isinstance(answer, bool) else str(answer)
            result = f"{shown} ({self.verdict})"
        return in_log(": ".join(filter(None, (self.question.name, result, str(why), self.message))))


def profile(probed_on: date, api_version: str, results: Sequence[Result]) -> str:
    """Return the text of the profile."""
    out = StringIO()
    yaml = YAML()
    yaml.width = 1000
    content = {
        "version": 1,
        "probed_on": probed_on.isoformat(),
        "api_version": api_version,
        "switches": {
            each.question.name: {"verdict": each.verdict.value, **each.entry} for each in results
        },
    }
    yaml.dump(content, out)
    return _HEAD + out.getvalue()


def ask(pixel: ProbedPixel, question: Question) -> Result:
    """Run the experiment of a question.

    Raises NotRestoredError if the pixel cannot be brought into a known state.
    """
    has_agency = pixel.agency is not None
    if missing := question.impact.missing(has_agency, pixel.target.ad_account, pixel.related):
        return Result(question, QuestionVerdict.NOT_RUN, {"reason": f"this needs {missing}"})
    failure: InconclusiveError | GraphError = InconclusiveError()
    for _ in range(ATTEMPTS):
        before = pixel.traffic.disturbances
        try:
            proof = question.experiment(pixel)
        except NotRunError as error:
            return Result(
                question, QuestionVerdict.NOT_RUN, {"reason": reason(failure) or str(error)}
            )
        except (InconclusiveError, GraphError) as error:
            failure = error
        else:
            if pixel.traffic.disturbances == before:
                verdict = (
                    QuestionVerdict.SAME
                    if proof.value == question.assumed
                    else QuestionVerdict.OTHER
                )
                return Result(question, verdict, {"answer": proof.value, "seen": proof.seen})
            failure = InconclusiveError("some calls were rate-limited, or got no response")
        pixel.known.state = "unknown"
        if pixel.traffic.disturbances == before:
            # The same experiment would have the same result.
            break
    message = failure.fault.message if isinstance(failure, GraphError) else ""
    return Result(question, QuestionVerdict.INCONCLUSIVE, {"reason": reason(failure)}, message)
