"""Before the first write: the checks, which make only reads, and the text of the plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path

from jinja2 import Template

from metapixel_cli.escape import in_log, visible
from metapixel_cli.probe.errors import ProbeRefusedError
from metapixel_cli.probe.experiments import ASKED, SHARED_TASKS
from metapixel_cli.probe.journal import ProbeTarget
from metapixel_cli.probe.pixel import ProbedPixel
from metapixel_cli.probe.questions import Impact, Question
from metapixel_cli.words import and_, count, with_id
from metapixel_provider.errors import InvalidParameterError, NotVisibleError
from metapixel_provider.graph.calls import Node
from metapixel_provider.graph.client import Client
from metapixel_provider.sharing.nodes import id_in, time_in

#: The impacts of experiments that share nothing: they only read, or also delete an absent share.
_WITHOUT_SHARE = frozenset({Impact.NOTHING, Impact.REFUSAL})
#: A pixel without an event in this time is a spare one.
_SILENCE = timedelta(days=90)
#: About the calls, writes and requests of the checks, and of the first share: its delay is unknown.
_CHECKS, _FIRST_SHARE = (12.0, 0.0, 0.0), (22.0, 2.0, 1.0)


def check_assets(pixel: ProbedPixel) -> Mapping[str, str]:
    """Return the name of the pixel, of its owner and of the agency in texts, by id.

    Sets `pixel.related` and the owner of the target. Raises ProbeRefusedError for a pixel in use.
    """
    target = pixel.target
    fields = "id,name,last_fired_time,owner_business{id,name}"
    node = _get_visible(pixel.owner, "pixel", target.pixel, fields)
    owner = node.get("owner_business")
    if not isinstance(owner, dict):
        text = f"Meta reports no owner of pixel {target.pixel}; name another pixel"
        raise ProbeRefusedError(text)
    target = replace(target, owner=id_in(owner, "id"))
    pixel.target = target
    fired = time_in(node, "last_fired_time")
    if fired and datetime.now(UTC) - fired < _SILENCE:
        raise ProbeRefusedError(
            f"Pixel {target.pixel} received an event on {fired:%Y-%m-%d}, which is less than "
            f"{_SILENCE.days} days ago; name a spare pixel"
        )
    if target.agency == target.owner:
        raise ProbeRefusedError("The agency owns the pixel; name a business that does not")
    named_nodes = [node, owner]
    if pixel.agency:
        named_nodes.append(_get_visible(pixel.agency, "agency", target.agency))
        if target.ad_account:
            _get_visible(pixel.agency, "ad account", f"act_{target.ad_account}")
    check_empty(pixel)
    pixel.related = pixel.is_related()
    names = {}
    for each in named_nodes:
        id_, name = id_in(each, "id"), str(each.get("name") or "")
        names[id_] = with_id(visible(name), id_)
    return names


def check_empty(pixel: ProbedPixel) -> None:
    """Raise ProbeRefusedError if the pixel has access that is not the probe's."""
    access = [f"the share with business {each}" for each in pixel.listed_agencies()]
    access += [f"the permission of ad account {each}" for each in sorted(pixel.accounts())]
    if access:
        text = f"The pixel is in use: Meta lists {and_(access)}; name another pixel"
        raise ProbeRefusedError(text)
    requests = " and ".join(sorted(pixel.open_requests() | pixel.received_requests()))
    if requests:
        raise ProbeRefusedError(
            f"The pixel is in use: Meta lists sharing request {requests} to agency "
            f"{pixel.target.agency}, for this or other pixels; wait until the agency has answered, "
            f"or name another agency"
        )
    pixel.confirmed_state = "absent"


def _get_visible(client: Client, noun: str, id_: str, fields: str = "id,name") -> Node:
    """Read an object. Raise ProbeRefusedError if the token cannot see it."""
    try:
        return client.get(id_, {"fields": fields})
    except (InvalidParameterError, NotVisibleError):
        raise ProbeRefusedError(
            f"The token from {client.credentials.source} cannot see {noun} {id_}; use the token of "
            f"an admin of its business, or correct --{noun.replace(' ', '-')}"
        ) from None


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
        impact = question.impact
        if impact in _WITHOUT_SHARE:
            return ""
        if self.related and impact is Impact.REQUEST:
            return "an agency that does not work with the owner yet"
        # A share with an agency that works with the owner opens no request to approve.
        needs_agency = impact is Impact.PERMISSION or not self.related
        if needs_agency and not self.has_agency:
            return "--agency-credentials"
        if impact is Impact.PERMISSION and not self.target.ad_account:
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
        shares_pixel = bool(self.impacts - _WITHOUT_SHARE)
        if shares_pixel:
            costs.append(_FIRST_SHARE)
        calls, writes, requests = map(sum, zip(*costs, strict=True))
        return {"calls": ceil(calls), "writes": ceil(writes), "requests": ceil(requests)}

    def text(self) -> str:
        """Return what the probe will do, on which assets, and what it cannot undo."""
        calls = self.cost["calls"]
        # A call takes about half a second, and about every second call follows a pause.
        seconds = calls * 0.5 + calls * 0.5 * self.pause
        missing = filter(None, map(self.missing, self.questions))
        text = Path(__file__).with_name("plan.txt.j2").read_text(encoding="utf-8")
        # Without the escapes of HTML.
        template = Template(text, trim_blocks=True, lstrip_blocks=True)
        return in_log(
            template.render(
                plan=self,
                target=self.target,
                is_part=len(self.questions) < len(ASKED),
                needed=dict.fromkeys(missing),
                impacts=[each.name for each in self.impacts],
                time=count(ceil(seconds / 60), "minute"),
                tasks=and_(SHARED_TASKS),
            )
        )
