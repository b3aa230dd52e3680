"""The operations on an answer to a sharing request (guide, step 2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from metapixel_provider.sharing import ids
from metapixel_provider.sharing.contract import (
    Checked,
    Difference,
    Lifecycle,
    Notice,
    Outcome,
    Properties,
    changed,
)
from metapixel_provider.sharing.resources import RESPONSE
from metapixel_provider.sharing.response import act, decide, notices
from metapixel_provider.sharing.response.declared import ResponseInputs, key
from metapixel_provider.sharing.share.observe import request_until
from metapixel_provider.sharing.status import NOT_NEEDED

if TYPE_CHECKING:
    from metapixel_provider.errors import MetaPixelError
    from metapixel_provider.sharing.meta import Meta
    from metapixel_provider.sharing.nodes import SharingRequest


class PixelSharingRequestResponseLifecycle(Lifecycle):
    """See `Lifecycle`. Access ends with the deletion of the share, not of the answer."""

    #: An answer cannot be revoked.
    ends_access = False

    def __init__(self) -> None:
        super().__init__(RESPONSE)

    def check(self, old: Properties, new: Properties) -> Checked:
        """See `Lifecycle.check`. An empty `request_id` means that no request is open.

        After the agency has accepted, the share's `pending_request_id` is empty. The recorded
        `request_id` is then kept, so that the answer is not replaced.
        """
        if new.get("request_id") == "":
            new = new | {"request_id": old.get("request_id") or ""}
        return super().check(old, new)

    def key(self, inputs: Mapping[str, object]) -> str | None:
        """Return the request id, or `no-request` if it is empty."""
        request_id = inputs.get("request_id")
        return key(request_id) if isinstance(request_id, str) else None

    def difference(self, outputs: Properties, inputs: Properties) -> Difference:
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
        if declared.request_id:
            return _outcome(declared, *act.answer(meta, declared))
        if not decide.without_request(declared):
            raise notices.nothing_to_decline()
        return _outcome(declared, NOT_NEEDED, (notices.nothing_to_answer(),))

    def read(self, meta: Meta, resource_id: str, recorded: Properties) -> Outcome:
        """Read the request. If Meta purged the request, keep the recorded answer."""
        before, status = ResponseInputs.of(recorded), recorded.get("status")
        if resource_id == key(""):
            return Outcome(resource_id, dict(recorded), inputs=before.properties())
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
    return Outcome(declared.id, declared.properties() | {"status": str(status)}, reported)
