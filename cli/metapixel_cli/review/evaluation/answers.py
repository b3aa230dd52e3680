"""Answers to sharing requests that an update would give, by their id or by a standing response."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from metapixel_cli.review.evaluation.forecast import Forecast
from metapixel_cli.review.evaluation.words import Effect, moved_end
from metapixel_cli.review.reading.preview import Snapshot, Step
from metapixel_cli.review.reading.values import shown
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.status import RequestResponse

_GIVES_NOTHING = ("", RequestResponse.DECLINE)
#: The effects of a change of the last day.
_EFFECTS = {"longer": Effect.LATER_END, "shorter": Effect.EARLIER_END, "unknown": Effect.UNKNOWN}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The answer that the update would give to one sharing request, or to those of an owner."""

    resource: str
    is_standing: bool
    """True for a standing response: it accepts each request of the owner that a run finds open."""
    is_removed: bool
    """True if the program no longer declares the answer. The access that it gave stays."""
    status: str
    """The recorded status of a standing response that exists already; otherwise empty."""
    agency_id: str | None
    """The business that received the request: digits; empty if the program does not name it, null
    if the preview does not contain it."""
    agency_name: str | None = None
    """The agency's name as Meta returned it, not escaped; null if the preview has none."""
    owner_id: str | None
    """The business that sent the request: digits; empty if the program does not name it, null if
    the preview does not contain it."""
    request_id: str | None
    """Empty for a standing response, null if the preview does not contain it."""
    answer: str | None
    """APPROVE or DECLINE; empty if the update sends no answer, null if the preview does not contain
    it."""
    expires_on_before: str | None
    """The `expires_on` of a standing response before the update, in the same form."""
    expires_on: str | None
    """The last day on which a standing response accepts requests, as YYYY-MM-DD; empty if there is
    none, null if the preview does not contain it."""
    reason: str | None
    """The reason in the program; empty if there is none, null if the preview does not contain
    it."""
    term: str | None
    """The change of expires_on: longer, shorter or unknown; null if there is none."""
    widens: bool
    """True if the answer approves a request, or may approve one, or if a standing response accepts
    requests for longer. The recipient then gets access that another business chooses."""

    @property
    def approves(self) -> bool:
        """True if the update approves a request, or may approve one."""
        return self.answer not in _GIVES_NOTHING

    @property
    def narrows(self) -> bool:
        return self.term == "shorter"

    @property
    def effects(self) -> set[Effect]:
        """The effects on access: none if the update neither answers nor changes the last day."""
        found = {_EFFECTS[self.term]} if self.term else set()
        is_hidden = None in (self.agency_id, self.owner_id, self.request_id, self.answer)
        if is_hidden:
            found.add(Effect.UNKNOWN)
        if self.approves:
            found.add(Effect.WIDENED)
        elif self.answer == RequestResponse.DECLINE:
            found.add(Effect.REQUEST_CHANGED)
        if self.is_removed:
            found.add(Effect.UNMANAGED)
        return found


def answers(steps: Sequence[Step], forecast: Forecast) -> list[Answer]:
    """Return the answers that the update would give. Earlier answers are left out.

    Every update of a standing response and every response that leaves the state are part of them,
    even if they send no answer.
    """
    found = dict[str, Answer]()
    for step in steps:
        if not isinstance(step.type, ResourceType) or step.type.is_access:
            continue
        is_sent = forecast.of_declaration(step).may_write
        is_standing_update = step.op == "update" and step.type is ResourceType.STANDING_RESPONSE
        if is_sent or is_standing_update or step.leaves:
            found[step.urn] = _answer(step, is_sent)
    return list(found.values())


def _answer(step: Step, is_sent: bool) -> Answer:
    """Return the answer of a step. An input is empty if it is absent, and None if it is hidden."""
    side = step.old if step.leaves else step.new
    is_standing = step.type is ResourceType.STANDING_RESPONSE
    # The update sends no empty answer. One that is hidden, which is None, may be an approval.
    answer: str | None = ""
    if is_sent and is_standing:
        answer = RequestResponse.APPROVE.value
    elif is_sent:
        answer = _given(side, "request_status")
    may_approve = answer not in _GIVES_NOTHING
    status, term = "", None
    expires_on_before: str | None = ""
    if step.op == "update" and step.old:
        status = shown(step.old.outputs.get("status")) or ""
        expires_on_before = shown(step.old.inputs.get("expires_on"))
        term = moved_end(expires_on_before, _given(side, "expires_on")) or None
    return Answer(
        resource=step.name,
        is_standing=is_standing,
        is_removed=step.leaves,
        status=status,
        agency_id=_given(side, "agency_business_id"),
        owner_id=_given(side, "owner_business_id"),
        request_id="" if is_standing else _given(side, "request_id"),
        answer=answer,
        expires_on_before=expires_on_before,
        expires_on=_given(side, "expires_on"),
        reason=_given(side, "reason"),
        term=term,
        widens=may_approve or term in ("longer", "unknown"),
    )


def _given(side: Snapshot | None, name: str) -> str | None:
    """Return an input as `shown` does, or None if the preview lacks this side of the step."""
    return shown(side.inputs.get(name)) if side else None
