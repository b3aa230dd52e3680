"""The profile: the results of a probe, as YAML without ids, names and tokens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from io import StringIO

from ruamel.yaml import YAML

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


@dataclass(frozen=True)
class Played:
    """The results of an act at Meta and at the simulator, or the reason why there are none."""

    act: str
    verdict: Verdict
    reason: str = ""
    meta: Mapping[str, str] = field(default_factory=dict)
    simulator: Mapping[str, str] = field(default_factory=dict)

    @property
    def differences(self) -> dict[str, dict[str, str]]:
        """The steps with different results."""
        if self.verdict is not Verdict.OTHER:
            return {}
        return {
            step: {"meta": self.meta.get(step, "-"), "simulator": self.simulator.get(step, "-")}
            for step in dict.fromkeys([*self.meta, *self.simulator])
            if self.meta.get(step) != self.simulator.get(step)
        }


@dataclass(frozen=True)
class Profile:
    """The results of a probe. `usage` is the highest reported usage of a rate limit in percent."""

    probed_on: date
    api_version: str
    usage: float
    findings: tuple[Finding, ...]
    acts: tuple[Played, ...] = ()

    @property
    def unanswered(self) -> tuple[Finding, ...]:
        """The findings without an answer."""
        return tuple(each for each in self.findings if each.answer is None)

    @property
    def differing(self) -> tuple[Played, ...]:
        """The acts with other results at the simulator."""
        return tuple(each for each in self.acts if each.verdict is Verdict.OTHER)

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
            "switches": {each.question.name: _entry(each) for each in self.findings},
        }
        if self.acts:
            content["acts"] = {each.act: _act(each) for each in self.acts}
        yaml.dump(content, out)
        return _HEAD + out.getvalue()


def _entry(finding: Finding) -> dict[str, object]:
    entry: dict[str, object] = {"verdict": finding.verdict.value}
    if finding.answer is not None:
        entry["answer"] = finding.answer
    entry["reason" if finding.answer is None else "seen"] = finding.seen
    entry["again"] = finding.question.again
    return entry


def _act(played: Played) -> dict[str, object]:
    found: dict[str, object] = {"verdict": played.verdict.value}
    if played.reason:
        found["reason"] = played.reason
    differences = played.differences
    if played.meta:
        found["steps"] = {step: differences.get(step, fact) for step, fact in played.meta.items()}
    return found
