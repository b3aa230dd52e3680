"""The profile: the results of a probe, as YAML without ids, names and tokens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from io import StringIO

from ruamel.yaml import YAML

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
class Result:
    """The result of a question or of an act: its verdict, and the rest of its entry.

    An entry has a `reason`, or the `answer` of a question and the observation that proves it
    (`seen`), or the result of each step of an act (`steps`).
    """

    name: str
    verdict: Verdict
    entry: Mapping[str, object]

    def text(self) -> str:
        """Return lines for the terminal: the result, and each difference between two sides."""
        entry = self.entry
        steps = entry.get("steps")
        lines = dict(steps) if isinstance(steps, dict) else {}
        answer = entry.get("answer")
        shown = str(answer).lower() if isinstance(answer, bool) else str(answer)
        result = f"{self.verdict}" if answer is None else f"{shown} ({self.verdict})"
        why = entry.get("seen") or entry.get("reason") or f"{len(lines)} steps"
        return "\n".join(
            [
                f"{self.name}: {result}: {why}",
                *(
                    f"  {step}: {sides['meta']} at Meta, {sides['simulator']} at the simulator"
                    for step, sides in lines.items()
                    if isinstance(sides, dict)
                ),
            ]
        )


@dataclass(frozen=True)
class Profile:
    """The results of a probe."""

    probed_on: date
    api_version: str
    answers: tuple[Result, ...]
    acts: tuple[Result, ...] = ()

    @property
    def unanswered(self) -> list[str]:
        """The questions without an answer."""
        return [each.name for each in self.answers if "answer" not in each.entry]

    @property
    def differing(self) -> list[str]:
        """The acts with another result at the simulator."""
        return [each.name for each in self.acts if each.verdict is Verdict.OTHER]

    def text(self) -> str:
        """Return the profile as YAML."""
        out = StringIO()
        yaml = YAML()
        yaml.width = 1000
        content: dict[str, object] = {
            "version": 1,
            "probed_on": self.probed_on.isoformat(),
            "api_version": self.api_version,
            "switches": _entries(self.answers),
        }
        if self.acts:
            content["acts"] = _entries(self.acts)
        yaml.dump(content, out)
        return _HEAD + out.getvalue()


def _entries(results: Iterable[Result]) -> dict[str, object]:
    return {each.name: {"verdict": each.verdict.value, **each.entry} for each in results}
