"""The operations on an answer to a sharing request (guide, step 2)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from metapixel_provider.sharing import ids
from metapixel_provider.sharing.contract import (
    NOTHING_DECLARED,
    Checked,
    Declarations,
    Difference,
    Lifecycle,
    Notice,
    Outcome,
    Problem,
    Properties,
    changed,
)
from metapixel_provider.sharing.resources import RESPONSE, STANDING
from metapixel_provider.sharing.response import act, decide, notices
from metapixel_provider.sharing.response.declared import ResponseInputs
from metapixel_provider.sharing.share.observe import request_until
from metapixel_provider.sharing.standing.declared import same_business
from metapixel_provider.sharing.status import RequestResponse

if TYPE_CHECKING:
    from metapixel_provider.errors import MetaPixelError
    from metapixel_provider.sharing.meta import Meta
    from metapixel_provider.sharing.nodes import SharingRequest


class PixelSharingRequestResponseLifecycle(Lifecycle):
    """See `Lifecycle`. Only the deletion of a share ends access, not the deletion of an answer."""

    #: An answer cannot be revoked.
    ends_access = False

    def __init__(self) -> None:
        super().__init__(RESPONSE)

    def check(self, new: Properties, declarations: Declarations = NOTHING_DECLARED) -> Checked:
        """See `Lifecycle.check`. A standing response to the same owner forbids a decline.

        `owner_business_id` needs `agency_business_id`, because Meta lists the requests of an owner
        only for one recipient.
        """
        checked = super().check(new, declarations)
        inputs = checked.inputs
        problems = [*checked.problems, *same_business(inputs)]
        if "owner_business_id" in inputs and "agency_business_id" not in inputs:
            problems.append(Problem("agency_business_id", "is required with owner_business_id"))
        pair = ids.known(STANDING.key, inputs)
        accepts_all = pair and declarations.declared(STANDING.name, pair) is not None
        if accepts_all and inputs.get("request_status") == RequestResponse.DECLINE:
            problems.append(notices.contradicts_a_standing_response())
        return Checked(inputs, tuple(problems))

    def difference(
        self,
        outputs: Properties,
        inputs: Properties,
        declarations: Declarations = NOTHING_DECLARED,
    ) -> Difference:
        """See `Lifecycle.difference`. A changed request or answer requires a replacement."""
        replaces = changed(RESPONSE.key, outputs, inputs)
        local = changed(RESPONSE.changeable, outputs, inputs)
        due = not decide.is_answered(outputs.get("status"))
        return Difference(bool(replaces or local), needs_update=due, replaces=replaces)

    def create(
        self,
        meta: Meta,
        inputs: Properties,
        ours: bool = False,
        refreshed: Properties | None = None,
    ) -> Outcome:
        """Answer an open request, or adopt the same answer if it was given before."""
        declared = ResponseInputs.of(inputs)
        return _outcome(declared, *act.answer(meta, declared))

    def read(self, meta: Meta, resource_id: str, recorded: Properties) -> Outcome:
        """Read the request. If Meta purged the request, keep the recorded answer."""
        before, status = ResponseInputs.of(recorded), recorded.get("status")
        ids.parts(resource_id, 1)

        def as_recorded(request: SharingRequest | None) -> bool:
            return status in (None, request and request.request_status.upper())

        request = request_until(meta, resource_id, as_recorded)
        before = replace(before, request_id=resource_id)
        found = decide.read(before, None if status is None else str(status), request)
        if found is None:
            return Outcome(resource_id, {}, deleted=True)
        inputs = found[0].properties()
        return Outcome(resource_id, inputs | {"status": found[1]}, inputs=inputs)

    def update(self, meta: Meta, outputs: Properties, inputs: Properties) -> Outcome:
        """Send an answer again if it was not confirmed. Otherwise send nothing."""
        if decide.is_answered(outputs.get("status")):
            return _outcome(ResponseInputs.of(inputs), str(outputs["status"]), ())
        return self.create(meta, inputs)

    def unconfirmed(self, inputs: Properties, error: MetaPixelError) -> Outcome:
        """Raise the error.

        No record is needed, because deleting an answer changes nothing at Meta.
        """
        raise error


def _outcome(declared: ResponseInputs, status: str, reported: tuple[Notice, ...]) -> Outcome:
    return Outcome(declared.request_id, declared.properties() | {"status": str(status)}, reported)
