"""Messages about an answer for the person who runs Pulumi."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metapixel_provider.errors import RefusedError
from metapixel_provider.sharing.contract import Notice, Problem

if TYPE_CHECKING:
    from metapixel_provider.sharing.nodes import SharingRequest
    from metapixel_provider.sharing.response.declared import ResponseInputs

#: The advice if Meta does not return a request.
CHECK_THE_RECEIVER = (
    "check the id, and check that the token belongs to an admin of the business that received the "
    "request"
)


def carries_several(request_id: str) -> Notice:
    return Notice(
        f"Sharing request {request_id} was approved for all its assets, perhaps several pixels and "
        f"other assets, which Meta does not list; from now on, its owner can share more without "
        f"asking; check in Business Settings which assets the agency has now"
    )


def contradicts_a_decline(property_: str, answer: Mapping[str, object]) -> Problem:
    """Return the problem of a standing response if the program also declines one request."""
    return Problem(
        property_,
        f"the program also declines sharing request {answer.get('request_id')} of this owner; "
        f"remove that answer or this standing response",
    )


def contradicts_a_standing_response() -> Problem:
    """Return the problem of a declined request if the program also accepts all requests."""
    return Problem(
        "request_status",
        "the program also has a PixelSharingStandingResponse, which accepts every request of this "
        "owner; remove the standing response or this answer",
    )


def not_confirmed(declared: ResponseInputs, why: str) -> Notice:
    return Notice(
        f"The answer {declared.answer} to sharing request {declared.request_id} was sent, but it "
        f"could not be confirmed: {why}; run `pulumi up --refresh`"
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
