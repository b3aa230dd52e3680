"""The profile: the results of a probe, as YAML without ids, names and tokens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from io import StringIO

from ruamel.yaml import YAML

from metapixel_cli.probe.acts import Act
from metapixel_cli.probe.questions import Question, Value

_HEAD = """\
# Behaviour of Meta, as `metapixel probe` observed it. This file has no ids, names or tokens.
# With the option --profile, the simulator behaves as this file describes.
"""


class Verdict(StrEnum):
    """The result of a question or of an act. docs/probe.md explains each."""

    SAME = "same"
    OTHER = "other"
    INCONCLUSIVE = "inconclusive"
    NOT_RUN = "not run"


@dataclass(frozen=True)
class Finding:
    """The verdict of a question, the answer if there is one, and the observation or the reason."""

    question: Question
    verdict: Verdict
    seen: str
    answer: Value | None = None

    def text(self) -> str:
        """Return a line for the terminal."""
        answer = self.answer
        shown = str(answer).lower() if isinstance(answer, bool) else str(answer)
        result = f"{self.verdict}" if answer is None else f"{shown} ({self.verdict})"
        return f"{self.question.name}: {result}: {self.seen}"

    def entry(self) -> dict[str, object]:
        """Return the entry of the profile."""
        answer, again = self.answer, self.question.again
        if answer is None:
            return {"verdict": self.verdict.value, "reason": self.seen, "again": again}
        return {
            "verdict": self.verdict.value,
            "answer": answer,
            "seen": self.seen,
            "again": again,
        }


@dataclass(frozen=True)
class Played:
    """The verdict of an act with the reason for it, and the result of each step.

    `related` is True if the agency worked with the owner before the act.
    """

    act: Act
    verdict: Verdict
    reason: str = ""
    steps: Mapping[str, object] = field(default_factory=dict)
    related: bool = False

    def text(self) -> str:
        """Return lines for the terminal: the verdict, and each difference."""
        result = self.reason or f"{len(self.steps)} steps"
        lines = [f"act {self.act.name}: {self.verdict}: {result}"]
        for step, found in self.steps.items():
            if isinstance(found, dict):
                both = f"{found['meta']} at Meta, {found['simulator']} at the simulator"
                lines.append(f"  {step}: {both}")
        return "\n".join(lines)

    def entry(self) -> dict[str, object]:
        """Return the entry of the profile."""
        found = {"verdict": self.verdict.value, "reason": self.reason, "steps": dict(self.steps)}
        return {key: value for key, value in found.items() if value}


@dataclass(frozen=True)
class Profile:
    """The results of a probe. `usage` is the highest reported usage of a rate limit in percent."""

    probed_on: date
    api_version: str
    usage: float
    findings: tuple[Finding, ...]
    acts: tuple[Played, ...] = ()

    @property
    def is_complete(self) -> bool:
        """True if every question has an answer, and no act had another result."""
        answered = all(each.answer is not None for each in self.findings)
        return answered and all(each.verdict is not Verdict.OTHER for each in self.acts)

    def summary(self) -> str:
        """Return sentences for the terminal."""
        unanswered = [each.question.name for each in self.findings if each.answer is None]
        differing = [each.act.name for each in self.acts if each.verdict is Verdict.OTHER]
        return (
            f"Questions without an answer: {', '.join(unanswered) or 'none'}. "
            f"Acts with other results: {', '.join(differing) or 'none'}."
        )

    def text(self) -> str:
        """Return the profile as YAML."""
        out = StringIO()
        yaml = YAML()
        yaml.width = 1000
        content: dict[str, object] = {
            "version": 1,
            "probed_on": self.probed_on.isoformat(),
            "api_version": self.api_version,
            "limit_usage_percent": self.usage,
            "switches": {each.question.name: each.entry() for each in self.findings},
        }
        if self.acts:
            content["acts"] = {each.act.name: each.entry() for each in self.acts}
        yaml.dump(content, out)
        return _HEAD + out.getvalue()
