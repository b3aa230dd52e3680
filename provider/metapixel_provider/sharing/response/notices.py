"""Messages about an answer for the person who runs Pulumi."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metapixel_provider.errors import RefusedError
from metapixel_provider.sharing.contract import Notice, Severity

if TYPE_CHECKING:
    from metapixel_provider.sharing.nodes import SharingRequest
    from metapixel_provider.sharing.response.declared import ResponseInputs

#: The advice if Meta does not return a request.
CHECK_THE_RECEIVER = (
    "check the id, and check that the token belongs to an admin of the business that received the "
    "request"
)


def nothing_to_answer() -> Notice:
    text = "There is no sharing request to answer, because the share needed none."
    return Notice(text, Severity.INFO)


def carries_several(request_id: str) -> Notice:
    return Notice(
        f"Sharing request {request_id} was approved for all its pixels, and Meta does not list "
        f"them; check in Business Settings which pixels the business has now"
    )


def not_confirmed(declared: ResponseInputs, why: str) -> Notice:
    return Notice(
        f"The answer {declared.answer} to sharing request {declared.request_id} was sent, but it "
        f"could not be confirmed: {why}; run `pulumi up --refresh`"
    )


def nothing_to_decline() -> RefusedError:
    return RefusedError(
        "There is no sharing request to decline, because the agency has the pixel or has already "
        "answered; remove the share to end the access, or declare request_status='APPROVE'"
    )


def ended(declared: ResponseInputs, request: SharingRequest) -> RefusedError:
    return RefusedError(
        f"Sharing request {declared.request_id} already has the status {request.request_status} "
        f"and cannot be answered with {declared.answer}; ask the owner to change `resend` of the "
        f"share, and answer the new request"
    )


def of_another_owner(declared: ResponseInputs) -> RefusedError:
    return RefusedError(
        f"Sharing request {declared.request_id} was not answered, because Meta does not list it "
        f"among the requests from business {declared.owner_business_id}; check `owner_business_id` "
        f"and `request_id`"
    )
