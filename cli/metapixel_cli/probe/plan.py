"""The text that the probe prints before it writes: the assets, the writes, and what remains."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from metapixel_cli.escape import in_log
from metapixel_cli.probe.experiments import ASKED, SENT
from metapixel_cli.probe.journal import Target
from metapixel_cli.probe.questions import Effect, Question
from metapixel_cli.words import and_, count

#: About the calls, writes and requests of a question with each effect.
_COSTS = {
    Effect.NOTHING: (1.0, 0.0, 0.0),
    Effect.REFUSAL: (7.0, 2.0, 0.0),
    Effect.REQUEST: (6.0, 1.0, 0.5),
    Effect.SHARE: (10.0, 1.5, 0.5),
    Effect.PERMISSION: (18.0, 5.0, 0.5),
}
#: The same for the checks of a run, and for its first share, whose delay is unknown.
_CHECKS, _FIRST_SHARE = (12, 0, 0), (22, 2, 1)


@dataclass(frozen=True)
class Plan:
    """A run of the probe. `related` is None, and there are no names, if nothing was read."""

    target: Target
    has_agency: bool
    questions: Sequence[Question]
    pause: float
    profile: Path
    journal: Path
    related: bool | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def effects(self) -> set[Effect]:
        """The effects of the run, except for reads."""
        able = (each.effect for each in self.questions if not self.lacks[each.name])
        return {*able} - {Effect.NOTHING}

    @cached_property
    def lacks(self) -> dict[str, str]:
        """The name of each question, with the option or agency that the run lacks, or ""."""
        return {
            each.name: each.effect.lacks(self.has_agency, self.target.ad_account, self.related)
            for each in self.questions
        }

    @cached_property
    def cost(self) -> Mapping[str, int]:
        """About the number of calls, and of the writes and new requests among them."""
        able = [each.effect for each in self.questions if not self.lacks[each.name]]
        shares = not {*able} <= {Effect.NOTHING, Effect.REFUSAL}
        parts = [_CHECKS, *([_FIRST_SHARE] if shares else []), *(_COSTS[each] for each in able)]
        sums = (math.ceil(sum(each)) for each in zip(*parts, strict=True))
        return dict(zip(("calls", "writes", "requests"), sums, strict=True))

    def text(self) -> str:
        """Return what the probe will do, on which assets, and what it cannot undo."""
        return in_log("\n".join([*self._work(), *self._consequences()]))

    def _work(self) -> Iterator[str]:
        target = self.target
        pixel, owner, agency = (
            self.names.get(each, each) for each in (target.pixel, target.owner, target.agency)
        )
        of = f" of business {owner}" if owner else ""
        yield f"The probe works on pixel {pixel}{of}, with agency {agency}."
        yield f"It sends its calls to {target.graph_url}."
        questions = [*self.lacks]
        asked = sum(not lacks for lacks in self.lacks.values())
        named = ": " + ", ".join(questions) if len(questions) < len(ASKED) else ""
        yield f"It can answer at most {asked} of {len(questions)} questions{named}."
        if needed := dict.fromkeys(filter(None, self.lacks.values())):
            yield f"The others need {' and '.join(needed)}."
        yield f"It writes the results to {self.profile}."
        calls, writes, requests = self.cost.values()
        # A call takes about half a second, and every second call follows a pause.
        minutes = math.ceil(calls * (1 + self.pause) / 2 / 60)
        time = count(minutes, "minute")
        yield f"It makes about {calls} calls in about {time}, and a third more for each read"
        yield "by which Meta's answers lag behind its writes."
        errors = sum(each.errors for each in self.questions if not self.lacks[each.name])
        yield f"It lets Meta refuse up to {errors} calls, which count as errors of the app."
        if self.effects:
            yield f"About {writes} calls are writes, of which up to {requests} may open a request."
        yield "At twice these numbers, it stops, and restores the pixel without a limit."

    def _consequences(self) -> Iterator[str]:
        if not self.effects:
            yield "It only reads from Meta."
            return
        if self.effects == {Effect.REFUSAL}:
            yield "It only sends DELETE agencies for a share that does not exist."
            return
        yield f"The journal {self.journal} exists until everything is removed again."
        yield f"It shares the pixel with the agency several times, with the tasks {and_(SENT)}."
        if Effect.PERMISSION in self.effects:
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
