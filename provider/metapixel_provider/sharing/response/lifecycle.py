"""The recipient's answer to a sharing request (guide, step 2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metapixel_provider.errors import (
    GraphError,
    InvalidParameterError,
    NotVisibleError,
    RefusedError,
)
from metapixel_provider.sharing import ids
from metapixel_provider.sharing.checks import Checks
from metapixel_provider.sharing.lifecycle import (
    Checked,
    Difference,
    Notice,
    Outcome,
    Properties,
    Severity,
    changed,
    without_none,
)
from metapixel_provider.sharing.sending import read_until, send
from metapixel_provider.sharing.share.observe import request_until
from metapixel_provider.sharing.status import RequestStatus

if TYPE_CHECKING:
    from metapixel_provider.errors import MetaPixelError
    from metapixel_provider.sharing.meta import Meta
    from metapixel_provider.sharing.nodes import SharingRequest

IDENTITY = ("request_id", "request_status")
#: What can be answered; the guide writes them in lower case.
ANSWERS = (RequestStatus.APPROVE, RequestStatus.DECLINE)

#: `status` and resource id where there was no request: the share needed no answer.
NOT_NEEDED = "NOT_NEEDED"
_NO_REQUEST = "no-request"


class PixelSharingRequestResponseLifecycle:
    """See `Lifecycle`. An answer cannot be taken back: deleting it changes nothing at Meta."""

    def check(self, old: Properties, new: Properties) -> Checked:
        """An empty `request_id` means that nothing waits; see `Lifecycle.check`.

        Once answered, a share that became active has no pending request any more: the answer
        given before stays what is declared.
        """
        inputs = dict(new)
        nothing_waits = inputs.get("request_id") == ""
        if nothing_waits:
            inputs["request_id"] = old.get("request_id") or None
        checks = Checks(inputs)
        if nothing_waits and inputs["request_id"] is None:
            checks.text("request_id")
        else:
            checks.id("request_id")
        checks.choice("request_status", ANSWERS)
        checks.id("owner_business_id", required=False)
        checks.text("credentials")
        found = checks.result()
        if nothing_waits and "request_id" not in found.inputs:
            return Checked(found.inputs | {"request_id": ""}, found.problems)
        return found

    def key(self, inputs: Mapping[str, object]) -> str | None:
        """The request id."""
        request_id = inputs.get("request_id")
        return (request_id or _NO_REQUEST) if isinstance(request_id, str) else None

    def difference(self, outputs: Properties, inputs: Properties) -> Difference:
        """Another request or another answer is another resource."""
        replaces = changed(IDENTITY, outputs, inputs)
        local = changed(("owner_business_id", "credentials"), outputs, inputs)
        # An answer that could not be confirmed is looked at, and given again, by the next update.
        unconfirmed = outputs.get("status") not in (*ANSWERS, NOT_NEEDED)
        return Difference(bool(replaces or local), needs_update=unconfirmed, replaces=replaces)

    def create(self, meta: Meta, inputs: Properties, ours: bool = False) -> Outcome:
        """Answers an open request; adopts the same answer given before."""
        request_id, wanted = str(inputs["request_id"]), RequestStatus(str(inputs["request_status"]))
        if not request_id and wanted is RequestStatus.DECLINE:
            raise RefusedError(
                "There is no sharing request to decline: the agency has the pixel, or has answered "
                "already; end the access by removing the share, or declare request_status='APPROVE'"
            )
        if not request_id:
            text = "There is no sharing request to answer: the share needed none."
            return self._outcome(inputs, NOT_NEEDED, Notice(text, Severity.INFO))
        owner = str(inputs.get("owner_business_id") or "")
        request = self._expected(meta, request_id, owner)
        if request.request_status.upper() == wanted:
            return self._outcome(inputs, wanted)
        if not request.is_open:
            raise RefusedError(
                f"Sharing request {request_id} is {request.request_status} already and cannot be "
                f"answered {wanted}; let the owner send a new one (its `resend`) and use its id"
            )

        def is_given(found: SharingRequest | None) -> bool:
            return found is not None and found.request_status.upper() == wanted

        def is_forgotten_or_given(found: SharingRequest | None) -> bool:
            # It was open before: what Meta forgets is what was answered.
            return found is None or is_given(found)

        def write() -> bool:
            meta.answer(request_id, wanted)
            return True

        def effect() -> bool | None:
            # Nobody said yes: only what no read returns is forgotten, and not merely late.
            found = request_until(meta, request_id, is_given)
            return is_forgotten_or_given(found) or None

        told = (_carries_several(request_id),) if wanted is RequestStatus.APPROVE else ()
        try:
            sent = send(meta, write, effect)
        except InvalidParameterError:
            # Somebody may have given the same answer in between.
            if not is_given(request_until(meta, request_id, is_given)):
                raise
            return self._outcome(inputs, wanted, *told)
        shown, why = RequestStatus.PENDING.value, str(sent.error)
        if sent.error is None:
            try:
                found = request_until(meta, request_id, is_forgotten_or_given)
                if found is None or is_given(found):
                    return self._outcome(inputs, wanted, *told)
                shown = found.request_status
                why = f"Meta returns {shown}"
            except GraphError as error:
                why = str(error)
        text = f"Sharing request {request_id} was answered {wanted} but could not be confirmed: "
        return self._outcome(
            inputs, shown, *told, Notice(f"{text}{why}; run `pulumi up --refresh`")
        )

    def read(self, meta: Meta, resource_id: str, recorded: Properties) -> Outcome:
        """Looks at the request; one that Meta has forgotten stays answered as recorded."""
        status = recorded.get("status")
        inputs = {name: recorded[name] for name in _INPUTS if name in recorded}
        if resource_id == _NO_REQUEST:
            return Outcome(resource_id, dict(recorded), inputs=inputs)
        ids.parts(resource_id, 1)

        def as_recorded(request: SharingRequest | None) -> bool:
            return status in (None, request and request.request_status.upper())

        request = request_until(meta, resource_id, as_recorded)
        if request is None:
            if status is None:
                return Outcome(resource_id, {}, gone=True)
            return Outcome(resource_id, dict(recorded), inputs=inputs)
        found = request.request_status.upper()
        inputs |= {"request_id": resource_id}
        if found in ANSWERS:
            inputs["request_status"] = found
        elif status in ANSWERS:
            # The answer on record is not what stands: the request is open again, or ended.
            return Outcome(resource_id, {}, gone=True)
        return Outcome(resource_id, {**inputs, "status": found}, inputs=inputs)

    def update(self, meta: Meta, outputs: Properties, inputs: Properties) -> Outcome:
        """Gives an answer again that could not be confirmed; else Meta has nothing to hear of."""
        if outputs.get("status") in (*ANSWERS, NOT_NEEDED):
            return self._outcome(inputs, str(outputs["status"]))
        return self.create(meta, inputs)

    def delete(self, meta: Meta, resource_id: str, recorded: Properties) -> tuple[Notice, ...]:
        """Forgets the answer. To end the access the owner deletes the share."""
        return ()

    def supersede(
        self, meta: Meta, resource_id: str, recorded: Properties, declared: Properties
    ) -> tuple[Notice, ...]:
        """Do nothing: two records of one resource cannot differ in what they sent."""
        return ()

    def unconfirmed(self, inputs: Properties, error: MetaPixelError) -> Outcome:
        """See `Lifecycle.unconfirmed`: deleting an answer changes nothing, so nothing is lost."""
        raise error

    def _expected(self, meta: Meta, request_id: str, owner: str) -> SharingRequest:
        """The request, seen to come from the owner that is named."""
        # One that was made a moment ago may not show at once; the last read is for Meta's words.
        found = request_until(meta, request_id, lambda request: request is not None)
        try:
            request = found or meta.request(request_id)
        except NotVisibleError as error:
            raise error.during("", _RECEIVED) from None
        if owner and not read_until(
            meta, "requests", lambda: request_id in meta.requests_received(owner), bool
        ):
            raise RefusedError(
                f"Sharing request {request_id} was not answered: Meta does not list it among "
                f"those from business {owner}; check `owner_business_id` and the request id"
            )
        return request

    def _outcome(self, inputs: Properties, status: str, *notices: Notice) -> Outcome:
        outputs = without_none(inputs) | {"status": str(status)}
        return Outcome(self.key(inputs) or "", outputs, notices)


def _carries_several(request_id: str) -> Notice:
    return Notice(
        f"Sharing request {request_id} was approved for every pixel that it is for, and Meta does "
        f"not tell which these are: see in Business Settings which pixels the business has now"
    )


_RECEIVED = (
    "check the id, and that the token belongs to an admin of the business that received the request"
)
_INPUTS = (*IDENTITY, "owner_business_id", "credentials")
