"""Messages about a standing response for the person who runs Pulumi."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from metapixel_provider.sharing.contract import Notice, Severity

if TYPE_CHECKING:
    from metapixel_provider.sharing.nodes import SharingRequest
    from metapixel_provider.sharing.standing.declared import StandingInputs


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


def has_ended(declared: StandingInputs, request_ids: Sequence[str]) -> Notice:
    return Notice(
        f"The standing response to {declared} ended on {declared.expires_on}, so these sharing "
        f"requests were not answered: {', '.join(request_ids)}; set a later `expires_on`, or "
        f"decline the requests in Business Settings"
    )


def refused(declared: StandingInputs, request_id: str, error: Exception) -> Notice:
    return Notice(
        f"Sharing request {request_id} from {declared} was not accepted, although other "
        f"requests were: {error}; the next `pulumi up` tries again"
    )


def as_recorded(declared: StandingInputs) -> Notice:
    """Report in a preview that a request was open at the last read."""
    return Notice(
        f"At the last read, a sharing request from {declared} was open; `pulumi up` accepts it "
        f"for all its assets",
        topic=f"{declared.id} open",
    )


def takes_nothing_away(declared: StandingInputs) -> Notice:
    return Notice(
        f"The standing response to {declared} was removed, so later requests of this owner are "
        f"not accepted; business {declared.agency_business_id} keeps the pixels that it has, and "
        f"only the owner can end this access; the owner can still share more without a request",
        Severity.INFO,
    )
