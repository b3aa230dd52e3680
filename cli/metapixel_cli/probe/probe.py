"""The run of a question or of an act, the comparison of an act with a simulator, and the profile.

The profile is YAML, and contains no ids, names and tokens.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from io import StringIO

from ruamel.yaml import YAML

from metapixel_cli.probe import states
from metapixel_cli.probe.acts import Act
from metapixel_cli.probe.errors import InconclusiveError, NotRunError
from metapixel_cli.probe.pixel import Pixel
from metapixel_cli.probe.questions import Question
from metapixel_cli.probe.simulated import is_installed, simulated
from metapixel_provider.errors import GraphError

#: The number of times that a step is begun if calls are limited or not answered.
ATTEMPTS = 4
_NOT_COMPARED = "the extra `simulator` is not installed, so the act was not compared"
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
    """The result of a step: its verdict, and the rest of its entry.

    An entry has a `reason`, or the `answer` of a question and the observation that proves it
    (`seen`), or the result of each step of an act (`steps`). `related` is True if the agency worked
    with the owner before an act.
    """

    step: Question | Act
    verdict: Verdict
    entry: Mapping[str, object]
    related: bool = False

    def text(self) -> str:
        """Return lines for the terminal: the result, and each difference between two sides."""
        entry = self.entry
        found = entry.get("steps")
        steps = dict(found) if isinstance(found, dict) else {}
        answer = entry.get("answer")
        shown = str(answer).lower() if isinstance(answer, bool) else str(answer)
        result = f"{self.verdict}" if answer is None else f"{shown} ({self.verdict})"
        why = entry.get("seen") or entry.get("reason") or f"{len(steps)} steps"
        lines = [f"{self.step.name}: {result}: {why}"]
        lines += [
            f"  {step}: {sides['meta']} at Meta, {sides['simulator']} at the simulator"
            for step, sides in steps.items()
            if isinstance(sides, dict)
        ]
        return "\n".join(lines)


@dataclass(frozen=True)
class Profile:
    probed_on: date
    api_version: str
    results: Sequence[Result]

    @property
    def unanswered(self) -> list[str]:
        return [name for name, entry in self._entries(Question).items() if "answer" not in entry]

    @property
    def differing(self) -> list[str]:
        acts = self._entries(Act)
        return [name for name, entry in acts.items() if entry["verdict"] == Verdict.OTHER]

    def text(self) -> str:
        out = StringIO()
        yaml = YAML()
        yaml.width = 1000
        content = {
            "version": 1,
            "probed_on": self.probed_on.isoformat(),
            "api_version": self.api_version,
            "switches": self._entries(Question),
            "acts": self._entries(Act),
        }
        yaml.dump(content, out)
        return _HEAD + out.getvalue()

    def _entries(self, kind: type[Question | Act]) -> dict[str, dict[str, object]]:
        return {
            each.step.name: {"verdict": each.verdict.value, **each.entry}
            for each in self.results
            if isinstance(each.step, kind)
        }


def run(pixel: Pixel, step: Question | Act) -> Result:
    """Run the experiment of a question, or play an act at Meta.

    Raises NotRestoredError if the pixel cannot be brought into a known state.
    """
    why = ""
    for _ in range(ATTEMPTS):
        before = pixel.traffic.disturbances
        try:
            return _attempt(pixel, step)
        except NotRunError as error:
            return Result(step, Verdict.NOT_RUN, {"reason": why or str(error)})
        except InconclusiveError as error:
            why = str(error)
        except GraphError as error:
            why = pixel.reason(error)
        pixel.known.state = "unknown"
        if pixel.traffic.disturbances == before:
            # The same experiment would have the same result.
            break
    return Result(step, Verdict.INCONCLUSIVE, {"reason": why})


def _attempt(pixel: Pixel, step: Question | Act) -> Result:
    """Run a step once. Raise GraphError, InconclusiveError, NotRunError and NotRestoredError."""
    if isinstance(step, Act):
        states.absent(pixel)
        pixel.related = pixel.is_related()
    related, before = pixel.related, pixel.traffic.disturbances
    if lacks := step.effect.lacks(pixel.agency is not None, pixel.target.ad_account, related):
        raise NotRunError(f"this needs {lacks}")
    if isinstance(step, Act):
        entry = {"reason": _NOT_COMPARED, "steps": step.play_at_meta(pixel)}
        return Result(step, Verdict.INCONCLUSIVE, entry, related)
    answer = step.experiment(pixel)
    if pixel.traffic.disturbances != before:
        raise InconclusiveError("Meta limited some calls, or did not answer them")
    verdict = Verdict.SAME if answer.value == step.assumed else Verdict.OTHER
    return Result(step, verdict, {"answer": answer.value, "seen": answer.seen})


def compared(pixel: Pixel, at_meta: Result, profile: Profile) -> Result:
    """Play an act at a simulator with a profile, and compare the results."""
    act, meta = at_meta.step, at_meta.entry.get("steps")
    if not isinstance(act, Act) or not isinstance(meta, dict) or not is_installed():
        return at_meta
    try:
        with simulated(profile.text(), pixel, at_meta.related) as stage:
            expected = act.play(stage)
    except InconclusiveError as error:
        return replace(at_meta, entry={"reason": str(error), "steps": meta})
    except OSError as error:
        reason = f"the simulator did not start ({error.strerror})"
        return replace(at_meta, entry={"reason": reason, "steps": meta})
    steps: dict[str, object] = {}
    for step in dict.fromkeys([*meta, *expected]):
        both = {"meta": meta.get(step, "-"), "simulator": expected.get(step, "-")}
        steps[step] = both if len(set(both.values())) > 1 else both["meta"]
    verdict = Verdict.SAME if meta == expected else Verdict.OTHER
    return Result(act, verdict, {"steps": steps})
