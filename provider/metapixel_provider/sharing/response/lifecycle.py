"""The operations on answers to sharing requests (guide, step 2).

They call Meta in this order. A deletion calls nothing.

- An answer by id, `create`, and `update` if it is not confirmed: `GET REQUEST`, then
  `POST REQUEST`, then `GET REQUEST` again. `read`: `GET REQUEST`.
- A standing response, `create`, and `update` if it is `OPEN` or `UNCONFIRMED`:
  `GET AGENCY/received_sharing_agreements`, without a filter and then filtered by owner, then
  `POST REQUEST` and `GET REQUEST` for each open request. `read`: the lists.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from metapixel_provider.errors import NotFilteredError, RefusedError
from metapixel_provider.sharing.contract import (
    Checked,
    Difference,
    Lifecycle,
    Notice,
    OlderRecord,
    Outcome,
    Problem,
    Properties,
)
from metapixel_provider.sharing.days import has_passed
from metapixel_provider.sharing.forms import UNKNOWN
from metapixel_provider.sharing.possible import NOTHING, Act, Certainty, Possible, is_hidden
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.response import act, answer_notices, decide, observe
from metapixel_provider.sharing.response.records import (
    ResponseInputs,
    ResponseState,
    StandingInputs,
    StandingState,
)
from metapixel_provider.sharing.status import RequestResponse, StandingStatus

if TYPE_CHECKING:
    from metapixel_provider.sharing.meta import Meta
    from metapixel_provider.sharing.nodes import SharingRequest


class PixelSharingRequestResponseLifecycle(Lifecycle):
    """The answer to one request, by its id. An answer cannot be revoked."""

    type_ = ResourceType.RESPONSE

    def check(self, new: Properties, recorded: Properties | None = None) -> Checked:
        """See `Lifecycle.check`. A standing response of the same agency forbids a new decline.

        `owner_business_id` needs `agency_business_id`, because Meta lists the requests of an owner
        only for one recipient.
        """
        checked = super().check(new, recorded)
        inputs = checked.inputs
        problems = [*checked.problems, *_same_business_problems(inputs)]
        if "owner_business_id" in inputs and "agency_business_id" not in inputs:
            problems.append(Problem("agency_business_id", "is required with `owner_business_id`"))
        request_id = self.type_.id_of(inputs)
        is_new = request_id is None or request_id != self.type_.id_of(recorded or {})
        for standing in self.declarations.every(ResourceType.STANDING_RESPONSE):
            if is_new and _contradicts(inputs, standing):
                problems.append(answer_notices.contradicts("request_status", standing, inputs))
                break
        return Checked(inputs, tuple(problems))

    def preview(self, outputs: Properties, inputs: Properties) -> Difference:
        return Difference(needs_update=not decide.is_answered(outputs.get("status")))

    def may_create(self, inputs: Properties, older: OlderRecord | None = None) -> Possible:
        answer, request_id = inputs.get("request_status"), self.type_.id_of(inputs)
        if is_hidden(answer):
            # It can be an approval, which gives access, or a decline.
            return Possible.of(Act.APPROVE, request_id, Certainty.MAY)
        act = Act.DECLINE if answer == RequestResponse.DECLINE else Act.APPROVE
        return Possible.of(act, request_id)

    def may_update(self, outputs: Properties, inputs: Properties) -> Possible:
        return NOTHING if decide.is_answered(outputs.get("status")) else self.may_create(inputs)

    def create(self, meta: Meta, inputs: Properties, older: OlderRecord | None = None) -> Outcome:
        declared = ResponseInputs.of(inputs)
        return act.answer(meta, declared, observe.request(meta, declared))

    def read(self, meta: Meta, recorded: Properties) -> Outcome:
        """Read the request, and record its answer as declared. Keep the answer of a purged request.

        Another status than the recorded one may be outdated, so the request is then read again.
        """
        declared = ResponseInputs.of(recorded)
        status = str(recorded["status"]) if recorded.get("status") is not None else None

        def is_as_recorded(request: SharingRequest | None) -> bool:
            # An import has no recorded status.
            return status is None or decide.is_given(status, request)

        request = observe.request_until(meta, declared.request_id, is_as_recorded)
        found = decide.read_answer(status, request)
        if found is None:
            return Outcome(declared.request_id, {}, deleted=True)
        if decide.is_answered(found):
            declared = replace(declared, answer=found)
        return ResponseState(declared, found).refreshed()

    def update(self, meta: Meta, outputs: Properties, inputs: Properties) -> Outcome:
        """Send an answer that is not confirmed. If it is confirmed, only record the new inputs."""
        if decide.is_answered(outputs.get("status")):
            return replace(ResponseState.of(outputs), inputs=ResponseInputs.of(inputs)).outcome()
        return self.create(meta, inputs)


class PixelSharingStandingResponseLifecycle(Lifecycle):
    """The acceptance of every request of one owner. It exists even without a request."""

    type_ = ResourceType.STANDING_RESPONSE

    def check(self, new: Properties, recorded: Properties | None = None) -> Checked:
        """See `Lifecycle.check`. The program must not newly decline a request of the owner."""
        checked = super().check(new, recorded)
        inputs = checked.inputs
        problems = [*checked.problems, *_same_business_problems(inputs)]
        for answer in self.declarations.every(ResourceType.RESPONSE):
            request_id = str(answer["request_id"])
            # A decline in the state is about a former request, and says nothing about later ones.
            is_new = not self.declarations.of(ResourceType.RESPONSE, request_id).is_recorded
            if is_new and _contradicts(answer, inputs):
                problems.append(answer_notices.contradicts("owner_business_id", inputs, answer))
                break
        return Checked(inputs, tuple(problems))

    def has_ended(self, inputs: Properties) -> bool:
        """Return whether the last day in inputs has passed. Then nothing is answered."""
        return has_passed(inputs.get("expires_on"), self._today())

    def preview(self, outputs: Properties, inputs: Properties) -> Difference:
        state = StandingState.of(outputs)
        if self.has_ended(inputs):
            return Difference()
        if state.status is StandingStatus.OPEN:
            will_accept = answer_notices.as_recorded(state.inputs)
            return Difference(needs_update=True, notices=(will_accept,))
        return Difference(needs_update=state.status is StandingStatus.UNCONFIRMED)

    def may_create(self, inputs: Properties, older: OlderRecord | None = None) -> Possible:
        """See `Lifecycle.may_create`. The record does not contain the requests that are open."""
        if self.has_ended(inputs):
            return NOTHING
        return Possible.of(Act.APPROVE_ALL, self.type_.id_of(inputs), Certainty.MAY)

    def may_update(self, outputs: Properties, inputs: Properties) -> Possible:
        status = outputs.get("status")
        may_be_unfinished = is_hidden(status) or status in decide.UNFINISHED
        return self.may_create(inputs) if may_be_unfinished else NOTHING

    def create(self, meta: Meta, inputs: Properties, older: OlderRecord | None = None) -> Outcome:
        before = StandingState(StandingInputs.of(inputs))
        if older is not None and older.outputs:
            before = replace(StandingState.of(older.outputs), inputs=before.inputs)

        def is_ours(request_id: str) -> bool:
            # The program may declare answers by id while this runs, so this is asked repeatedly.
            problems = self.check(inputs).problems
            if problems:
                raise RefusedError(f"Open requests were not accepted, because {problems[0].reason}")
            return not self.declarations.of(ResourceType.RESPONSE, request_id).is_declared

        requests = observe.requests(meta, before)
        # Requests that have ended stay in the list, because they decide the recorded status too.
        ours = [each for each in requests if not each.is_open or is_ours(each.id)]
        if self.has_ended(inputs):
            return act.leave_open(before, ours)
        return act.accept(meta, before, ours, is_ours)

    def read(self, meta: Meta, recorded: Properties) -> Outcome:
        """Read the requests of the owner. Without a filter by owner, nothing is confirmed."""
        before = StandingState.of(recorded)
        try:
            requests = observe.requests(meta, before)
        except NotFilteredError:
            unconfirmed = replace(before, status=StandingStatus.UNCONFIRMED)
            return unconfirmed.refreshed(answer_notices.unconfirmed(before.inputs))
        return decide.read(before, requests).refreshed(*answer_notices.not_answerable(requests))

    def update(self, meta: Meta, outputs: Properties, inputs: Properties) -> Outcome:
        state = replace(StandingState.of(outputs), inputs=StandingInputs.of(inputs))
        if state.status not in decide.UNFINISHED:
            return state.outcome()
        try:
            return self.create(meta, inputs, OlderRecord(outputs))
        except NotFilteredError:
            unconfirmed = replace(state, status=StandingStatus.UNCONFIRMED)
            return unconfirmed.outcome(answer_notices.unconfirmed(state.inputs))

    def removed(self, recorded: Properties) -> tuple[Notice, ...]:
        return (answer_notices.without_effect_on_access(StandingInputs.of(recorded)),)


def _same_business_problems(inputs: Properties) -> Iterator[Problem]:
    owner, agency = inputs.get("owner_business_id"), inputs.get("agency_business_id")
    if owner not in (None, UNKNOWN) and owner == agency:
        yield answer_notices.same_business()


def _contradicts(answer: Properties, standing: Properties) -> bool:
    """Return whether an answer declines a request that a standing response may accept.

    A request does not name its owner, so an answer without an owner may be about any owner.
    """
    type_ = ResourceType.STANDING_RESPONSE
    is_decline = answer.get("request_status") == RequestResponse.DECLINE
    has_known_ids = type_.id_of(standing) is not None
    if not is_decline or not has_known_ids:
        return False
    return all(answer.get(name) in (None, standing[name]) for name in type_.identity)
