"""The text that the probe prints before it writes: the assets, the writes, and what remains."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from metapixel_cli.escape import in_log
from metapixel_cli.probe.experiments import ASKED, SHARED_TASKS
from metapixel_cli.probe.journal import ProbeTarget
from metapixel_cli.probe.questions import Impact, Question
from metapixel_cli.words import and_, count

#: About the calls, writes and requests of a question with each effect.
_COSTS = {
    Impact.NOTHING: (1.0, 0.0, 0.0),
    Impact.REFUSAL: (7.0, 2.0, 0.0),
    Impact.REQUEST: (6.0, 1.0, 0.5),
    Impact.SHARE: (10.0, 1.5, 0.5),
    Impact.PERMISSION: (18.0, 5.0, 0.5),
}
#: The same for the checks of a run, and for its first share, whose delay is unknown.
_CHECKS, _FIRST_SHARE = (12.0, 0.0, 0.0), (22.0, 2.0, 1.0)


@dataclass(frozen=True)
class Plan:
    """A run of the probe. `related` is None, and there are no names, if nothing was read."""

    target: ProbeTarget
    has_agency: bool
    questions: Sequence[Question]
    pause: float
    profile: Path
    journal: Path
    related: bool | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def missing(self) -> dict[str, str]:
        """The name of each question, with the option or agency that the run lacks, or ""."""
        return {
            each.name: each.impact.missing(self.has_agency, self.target.ad_account, self.related)
            for each in self.questions
        }

    @property
    def asked(self) -> list[Question]:
        """The questions that the run can ask."""
        return [each for each in self.questions if not self.missing[each.name]]

    @property
    def impacts(self) -> set[Impact]:
        """The effects of the run, except for reads."""
        return {each.impact for each in self.asked} - {Impact.NOTHING}

    @property
    def cost(self) -> Mapping[str, int]:
        """About the number of calls, and of the writes and new requests among them."""
        parts = [_CHECKS, *(_COSTS[each.impact] for each in self.asked)]
        if self.impacts - {Impact.REFUSAL}:
            parts.append(_FIRST_SHARE)
        calls, writes, requests = map(sum, zip(*parts, strict=True))
        return {
            "calls": math.ceil(calls),
            "writes": math.ceil(writes),
            "requests": math.ceil(requests),
        }

    def text(self) -> str:
        """Return what the probe will do, on which assets, and what it cannot undo."""
        return in_log("\n".join([*self._work(), *self._consequences()]))

    def _work(self) -> Iterator[str]:
        target, names = self.target, self.names
        of = f" of business {names.get(target.owner, target.owner)}" if target.owner else ""
        pixel, agency = (names.get(each, each) for each in (target.pixel, target.agency))
        yield f"The probe works on pixel {pixel}{of}, with agency {agency}."
        yield f"It sends its calls to {target.graph_url}."
        named = ""
        if len(self.questions) < len(ASKED):
            named = ": " + ", ".join(self.missing)
        asked, given = len(self.asked), len(self.questions)
        yield f"It can get results for at most {asked} of {given} questions{named}."
        if needed := dict.fromkeys(filter(None, self.missing.values())):
            yield f"The others need {' and '.join(needed)}."
        yield f"It writes the results to {self.profile}."
        calls, writes, requests = self.cost.values()
        # A call takes about half a second, and every second call follows a pause.
        minutes = math.ceil(calls * (1 + self.pause) / 2 / 60)
        time = count(minutes, "minute")
        yield f"It makes about {calls} calls in about {time}, and a third more for each read"
        yield "by which Meta's responses lag behind its writes."
        errors = sum(each.errors for each in self.asked)
        yield f"It lets Meta refuse up to {errors} calls, which count as errors of the app."
        if self.impacts:
            yield f"About {writes} calls are writes, of which up to {requests} may open a request."
        yield "At twice these numbers, it stops, and restores the pixel without a limit."

    def _consequences(self) -> Iterator[str]:
        if not self.impacts:
            yield "It only reads from Meta."
            return
        if self.impacts == {Impact.REFUSAL}:
            yield "It only sends DELETE agencies for a share that does not exist."
            return
        yield f"The journal {self.journal} exists until everything is removed again."
        tasks = and_(SHARED_TASKS)
        yield f"It shares the pixel with the agency several times, with the tasks {tasks}."
        if Impact.PERMISSION in self.impacts:
            account = self.target.ad_account
            yield f"It permits ad account {account} on the pixel, and withdraws the permission."
        yield "The probe cannot undo this:"
        if self.related is not False:
            yield "  - If Meta ends a relationship with the last share, the relationship of the two"
            yield "    businesses ends, unless the agency has another share."
        if not self.related:
            yield "  - Meta may notify the admins of the agency of each request: ask them before."
            yield "  - After many requests, Meta might review or block a business or an app."
            yield "  - The ended requests stay listed at both businesses."
            yield "  - After an approval, the two businesses have a relationship, so that new"
            yield "    shares are active at once."
        yield "  - Meta might not delete a pixel that you created for the probe."
        yield "If another admin has to approve a write, the probe stops until this admin answers."
        yield "Otherwise, the pixel has no share, no permission and no open request at the end."
        yield "Until the end, do not share any pixel of the business with this agency."
