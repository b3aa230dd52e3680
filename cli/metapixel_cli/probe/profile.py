"""The profile: the answers of a probe, as YAML without ids, names and tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from io import StringIO

from ruamel.yaml import YAML

from metapixel_cli.probe.experiments import Value
from metapixel_cli.probe.questions import Question

_HEAD = """\
# Behaviour of Meta, as `metapixel probe` observed it. This file has no ids, names or tokens.
# With the option --profile, the simulator behaves as this file describes.
"""


class Verdict(StrEnum):
    """The result of a question. Only the first two are answers."""

    SAME = "same"
    """The answer is the assumed one."""

    OTHER = "other"
    """The answer differs from the assumed one."""

    INCONCLUSIVE = "inconclusive"
    """The experiment was run and proved no answer."""

    NOT_RUN = "not run"
    """The experiment was not run."""


@dataclass(frozen=True)
class Finding:
    """The verdict of a question, the answer if there is one, and the observation or the reason."""

    question: Question
    verdict: Verdict
    seen: str
    answer: Value | None = None

    @property
    def is_answer(self) -> bool:
        """True if the question is answered."""
        return self.answer is not None


@dataclass(frozen=True)
class Profile:
    """The findings of a probe. `usage` is the highest reported usage of a rate limit in percent."""

    probed_on: date
    api_version: str
    usage: float
    findings: tuple[Finding, ...]

    @property
    def unanswered(self) -> tuple[Finding, ...]:
        """The findings without an answer, of the questions that a probe can answer."""
        return tuple(
            each for each in self.findings if each.question.experiment and not each.is_answer
        )

    def text(self) -> str:
        """Return the profile as YAML."""
        out = StringIO()
        yaml = YAML()
        yaml.width = 1000
        yaml.dump(
            {
                "version": 1,
                "probed_on": self.probed_on.isoformat(),
                "api_version": self.api_version,
                "limit_usage_percent": self.usage,
                "switches": {each.question.name: _entry(each) for each in self.findings},
            },
            out,
        )
        return _HEAD + out.getvalue()


def _entry(finding: Finding) -> dict[str, object]:
    entry: dict[str, object] = {"verdict": finding.verdict.value}
    if finding.answer is not None:
        entry["answer"] = finding.answer
    entry["seen" if finding.is_answer else "reason"] = finding.seen
    if finding.question.again:
        entry["again"] = finding.question.again
    return entry
