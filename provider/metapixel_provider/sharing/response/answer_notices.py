"""Messages about answers to sharing requests for the person who runs Pulumi."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from metapixel_provider.errors import NotFilteredError, RefusedError
from metapixel_provider.sharing.contract import Notice, Problem
from metapixel_provider.sharing.resource_types import ResourceType

if TYPE_CHECKING:
    from metapixel_provider.sharing.nodes import SharingRequest
    from metapixel_provider.sharing.response.records import ResponseInputs, StandingInputs

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


def same_business() -> Problem:
    reason = "is also the owner, but a business does not send sharing requests to itself"
    return Problem("agency_business_id", reason)


def contradicts(
    property_: str, standing: Mapping[str, object], declined: Mapping[str, object]
) -> Problem:
    """Return the problem of a program that accepts all requests of an owner and declines one."""
    request_id = ResourceType.RESPONSE.id_of(declined)
    request = f"sharing request {request_id}" if request_id else "a request"
    return Problem(
        property_,
        f"the program declines {request}, and also has a PixelSharingStandingResponse, which "
        f"accepts every request of business {standing['owner_business_id']}; remove the answer or "
        f"the standing response, or, if another business sent the request, set "
        f"`owner_business_id` and `agency_business_id` of the answer",
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
        f"among the requests from business {declared.owner_business_id}; check "
        f"`owner_business_id` and `request_id`"
    )


def not_answerable(requests: Iterable[SharingRequest]) -> tuple[Notice, ...]:
    """Return a notice for each open request that Meta does not let anybody answer yet."""
    return tuple(
        Notice(
            f"Sharing request {each.id} was not answered, because it has the status "
            f"{each.request_status}; after Meta has changed this status, run `pulumi up --refresh`"
        )
        for each in requests
        if each.is_open and not each.is_answerable
    )


def past_last_day(declared: StandingInputs, request_ids: Sequence[str]) -> Notice:
    return Notice(
        f"The standing response to {declared} ended on {declared.expires_on}, so these sharing "
        f"requests were not answered: {', '.join(request_ids)}; set a later "
        f"`expires_on`, or decline the requests in Business Settings"
    )


def refused(declared: StandingInputs, request_id: str, error: Exception) -> Notice:
    return Notice(
        f"Sharing request {request_id} from {declared} was not accepted, although other "
        f"requests were: {error}; the next `pulumi up` tries again"
    )


def as_recorded(declared: StandingInputs) -> Notice:
    return Notice(
        f"At the last read, a sharing request from {declared} was open; `pulumi up` accepts it "
        f"for all its assets",
        topic=f"{declared.id} open",
    )


def without_effect_on_access(declared: StandingInputs) -> Notice:
    return Notice(
        f"The standing response to {declared} was removed, so later requests of this owner are "
        f"not accepted; business {declared.agency_business_id} keeps the pixels that it has, and "
        f"only the owner can end this access; the owner can still share more without a request",
    )


def unconfirmed(declared: StandingInputs) -> Notice:
    """Return one warning for all owners whose requests Meta did not list separately."""
    agency = declared.agency_business_id
    return Notice(
        f"The standing responses of business {agency} are not confirmed and answered no request, "
        f"because Meta did not limit the requests that it listed to one owner; accept the requests "
        f"to business {agency} in Business Settings, under Requests"
    )


def not_filtered(agency_business_id: str, owner_id: str) -> NotFilteredError:
    return NotFilteredError(
        f"No request was answered, because Meta did not limit the requests that it listed, and "
        f"they can be from other businesses than {owner_id}; accept the requests from business "
        f"{owner_id} to business {agency_business_id} in Business Settings, under Requests"
    )
