"""The run of a question or of an act, and the comparison of an act with a simulator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from metapixel_cli.probe import states
from metapixel_cli.probe.acts import OLD_RESULTS, Act
from metapixel_cli.probe.errors import InconclusiveError, NotRunError
from metapixel_cli.probe.pixel import Pixel
from metapixel_cli.probe.profile import Profile, Result, Verdict
from metapixel_cli.probe.questions import Question
from metapixel_cli.probe.simulated import is_installed, simulated
from metapixel_provider.errors import GraphError

#: The number of times that an experiment is begun if calls are limited or not answered.
ATTEMPTS = 4
_NOT_COMPARED = "the extra `simulator` is not installed, so the act was not compared"


@dataclass(frozen=True)
class Played:
    """An act that was played at Meta, or the reason why it was not.

    `related` is True if the agency worked with the owner before the act.
    """

    act: Act
    verdict: Verdict
    reason: str
    steps: Mapping[str, str] = field(default_factory=dict)
    related: bool = False


def answered(pixel: Pixel, question: Question) -> Result:
    """Run the experiment of a question.

    Raises NotRestoredError if the pixel cannot be brought into a known state.
    """

    def unanswered(verdict: Verdict, reason: str) -> Result:
        return Result(question.name, verdict, {"reason": reason, "again": question.again})

    if lacks := _lacks(pixel, question):
        return unanswered(Verdict.NOT_RUN, lacks)
    why = ""
    for _ in range(ATTEMPTS):
        before = pixel.disturbances
        try:
            answer = question.experiment(pixel)
        except NotRunError as error:
            return unanswered(Verdict.NOT_RUN, why or str(error))
        except InconclusiveError as error:
            why = str(error)
        except GraphError as error:
            why = pixel.reason(error)
        else:
            if pixel.disturbances == before:
                verdict = Verdict.SAME if answer.value == question.assumed else Verdict.OTHER
                entry = {"answer": answer.value, "seen": answer.seen, "again": question.again}
                return Result(question.name, verdict, entry)
            why = "Meta limited some calls, or did not answer them"
        pixel.known.state = "unknown"
        if pixel.disturbances == before:
            # The same experiment would have the same result.
            break
    return unanswered(Verdict.INCONCLUSIVE, why)


def played(pixel: Pixel, act: Act) -> Played:
    """Play an act at Meta.

    Raises NotRestoredError if the pixel cannot be brought into a known state.
    """
    try:
        states.absent(pixel)
        related = pixel.related = pixel.is_related()
        if lacks := _lacks(pixel, act):
            return Played(act, Verdict.NOT_RUN, lacks)
        steps = act.play_at_meta(pixel)
    except NotRunError as error:
        return Played(act, Verdict.NOT_RUN, str(error))
    except InconclusiveError as error:
        return Played(act, Verdict.INCONCLUSIVE, str(error))
    except GraphError as error:
        return Played(act, Verdict.INCONCLUSIVE, pixel.reason(error))
    return Played(act, Verdict.INCONCLUSIVE, _NOT_COMPARED, steps, related)


def compared(pixel: Pixel, at_meta: Played, profile: Profile) -> Result:
    """Play an act at a simulator with a profile, and compare the results."""
    act, meta, reason, expected = at_meta.act, at_meta.steps, at_meta.reason, None
    old_results = max((each.reads for each in pixel.delays), default=OLD_RESULTS)
    if meta and is_installed():
        try:
            with simulated(profile.text(), at_meta.related, old_results) as stage:
                account = stage.target.ad_account if pixel.target.ad_account else ""
                target = replace(stage.target, ad_account=account)
                agency = stage.agency if pixel.agency else None
                expected = act.play(replace(stage, target=target, agency=agency))
        except InconclusiveError as error:
            reason = str(error)
        except OSError as error:
            reason = f"the simulator did not start ({error.strerror})"
    if expected is None:
        entry = {"reason": reason, "steps": dict(meta)}
        return Result(act.name, at_meta.verdict, {key: each for key, each in entry.items() if each})
    steps: dict[str, object] = {}
    for step in dict.fromkeys([*meta, *expected]):
        both = {"meta": meta.get(step, "-"), "simulator": expected.get(step, "-")}
        steps[step] = both if len(set(both.values())) > 1 else both["meta"]
    verdict = Verdict.SAME if meta == expected else Verdict.OTHER
    return Result(act.name, verdict, {"steps": steps})


def _lacks(pixel: Pixel, step: Question | Act) -> str:
    """Return the reason why a step cannot be run, or an empty string."""
    has_account = bool(pixel.target.ad_account)
    lacks = step.effect.lacks(pixel.agency is not None, has_account, pixel.related)
    return lacks and f"this needs {lacks}"
