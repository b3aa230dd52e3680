"""The text that the probe prints before it writes: the assets, the writes, and what remains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path

from jinja2 import Template

from metapixel_cli.escape import in_log
from metapixel_cli.probe.experiments import ASKED, SHARED_TASKS
from metapixel_cli.probe.journal import ProbeTarget
from metapixel_cli.probe.questions import Impact, Question
from metapixel_cli.words import and_, count

#: About the calls, writes and requests of the checks, and of the first share: its delay is unknown.
_CHECKS, _FIRST_SHARE = (12.0, 0.0, 0.0), (22.0, 2.0, 1.0)


@dataclass(frozen=True)
class Plan:
    """A run of the probe. `related` is None, and there are no names, if nothing was read."""

    target: ProbeTarget
    has_agency: bool
    questions: Sequence[Question]
    pause: float
    profile: Path
    related: bool | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    def missing(self, question: Question) -> str:
        """Return the option or the agency that the run lacks for a question, or ""."""
        match question.impact:
            case Impact.NOTHING | Impact.REFUSAL:
                return ""
            case Impact.SHARE if self.related:
                # Meta opens no request, which the agency would have to approve.
                return ""
            case Impact.REQUEST if self.related:
                return "an agency that does not work with the owner yet"
            case _ if not self.has_agency:
                return "--agency-credentials"
            case Impact.PERMISSION if not self.target.ad_account:
                return "--ad-account"
        return ""

    @property
    def asked(self) -> list[Question]:
        return [each for each in self.questions if not self.missing(each)]

    @property
    def impacts(self) -> set[Impact]:
        """The effects of the run, except for reads."""
        return {each.impact for each in self.asked} - {Impact.NOTHING}

    @property
    def cost(self) -> Mapping[str, int]:
        """About the number of calls, and of the writes and new requests among them."""
        costs = [_CHECKS, *(each.impact.value for each in self.asked)]
        if self.impacts - {Impact.REFUSAL}:
            costs.append(_FIRST_SHARE)
        calls, writes, requests = map(sum, zip(*costs, strict=True))
        return {"calls": ceil(calls), "writes": ceil(writes), "requests": ceil(requests)}

    def text(self) -> str:
        """Return what the probe will do, on which assets, and what it cannot undo."""
        # A call takes about half a second, and every second call follows a pause.
        minutes = ceil(self.cost["calls"] * (1 + self.pause) / 2 / 60)
        # The text is not HTML.
        text = Path(__file__).with_name("plan.txt.j2").read_text(encoding="utf-8")
        template = Template(text, trim_blocks=True, lstrip_blocks=True)
        return in_log(
            template.render(
                plan=self,
                target=self.target,
                is_part=len(self.questions) < len(ASKED),
                needed=dict.fromkeys(filter(None, map(self.missing, self.questions))),
                impacts=[each.name for each in self.impacts],
                time=count(minutes, "minute"),
                tasks=and_(SHARED_TASKS),
            )
        )
