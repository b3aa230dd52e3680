"""Reads of everything that Meta returns about one share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from metapixel_provider.errors import NotVisibleError
from metapixel_provider.sharing.sending import read_until
from metapixel_provider.sharing.status import ShareStatus

if TYPE_CHECKING:
    from metapixel_provider.sharing.meta import Meta
    from metapixel_provider.sharing.nodes import Agency, SharingRequest
    from metapixel_provider.sharing.share.declared import ShareInputs
    from metapixel_provider.sharing.share.recorded import ShareState
    from metapixel_provider.sharing.tasks import Task


class Request(Enum):
    """The sharing request that state records, as Meta returns it."""

    NONE = "none"
    """State records no request."""

    OPEN = "open"
    APPROVED = "approved"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELED = "canceled"

    PURGED = "purged"
    """Meta does not know the request any more."""


_REQUEST = {
    ShareStatus.ACTIVE: Request.APPROVED,
    ShareStatus.PENDING: Request.OPEN,
    ShareStatus.DECLINED: Request.DECLINED,
    ShareStatus.EXPIRED: Request.EXPIRED,
    ShareStatus.CANCELED: Request.CANCELED,
}
ANSWERED_NO = frozenset({Request.DECLINED, Request.EXPIRED, Request.CANCELED})


@dataclass(frozen=True)
class Seen:
    """What Meta returned about a share.

    `agency` is None if the list of agencies does not have it. `open_requests` are the ids of open
    requests from the owner to the agency, none of which Meta ties to this asset; they are read only
    where they matter, and None if the owner cannot be seen.
    """

    agency: Agency | None = None
    request: Request = Request.NONE
    open_requests: tuple[str, ...] | None = ()

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The tasks of the agency that a program can declare."""
        return self.agency.settable if self.agency else ()


def before_creating(meta: Meta, declared: ShareInputs) -> Seen:
    """Read whether the agency has the asset already, and whether it has accepted it."""
    agency = meta.listed_agency(declared.asset, declared.agency_business_id)
    return Seen(agency, open_requests=open_requests(meta, declared) if agency else ())


def on_reading(meta: Meta, state: ShareState) -> Seen:
    """Read a share that state records, again and again while it is not as recorded."""
    request = _request(meta, state)
    if request is Request.OPEN:
        # Meta may list a share that is pending; then with the tasks that were asked for.
        asked = state.inputs.tasks
        agency = agency_until(
            meta, state.inputs, lambda found: found is None or found.settable == asked
        )
        return Seen(agency, request)
    return _with_open_requests(meta, state, _agency(meta, state, request), request)


def on_first_reading(meta: Meta, declared: ShareInputs) -> Seen:
    """Read a share that no state records."""
    agency = _agency_or_listed(meta, declared, lambda found: found is not None)
    return Seen(agency, open_requests=open_requests(meta, declared) if agency else ())


def before_updating(meta: Meta, state: ShareState) -> Seen:
    """Read a share that is to be changed."""
    request = _request(meta, state)
    if request is Request.OPEN:
        return Seen(request=request)
    agency = _agency_or_listed(
        meta, state.inputs, lambda found: found is None or request not in ANSWERED_NO
    )
    return _with_open_requests(meta, state, agency, request)


def open_requests(
    meta: Meta, share: ShareInputs, after_write: bool = False
) -> tuple[str, ...] | None:
    """Return the requests from the asset's owner that the agency can still answer.

    Meta does not tell for which assets a request is. None if the owner cannot be seen.
    """
    owner_id = meta.asset(share.asset, share.agency_business_id).owner_id
    if not owner_id:
        return None
    if after_write:
        meta.look_again(owner_id)
    return tuple(each.id for each in meta.open_requests(owner_id, share.agency_business_id))


def listed_until_absent(meta: Meta, share: ShareInputs) -> bool:
    """Return whether the list of agencies has the agency, read until it has not."""

    def read() -> Agency | None:
        return meta.listed_agency(share.asset, share.agency_business_id)

    return read_until(meta, share.id, read, lambda agency: agency is None) is not None


def agency_until(
    meta: Meta, share: ShareInputs, expected: Callable[[Agency | None], bool]
) -> Agency | None:
    """Return what the agency has of the asset, read until it is as expected."""
    return read_until(
        meta, share.id, lambda: meta.agency(share.asset, share.agency_business_id), expected
    )


def request_until(
    meta: Meta, request_id: str, expected: Callable[[SharingRequest | None], bool]
) -> SharingRequest | None:
    """Return a sharing request, None if Meta knows no such id, read until it is as expected."""

    def read() -> SharingRequest | None:
        try:
            return meta.request(request_id)
        except NotVisibleError:
            return None

    return read_until(meta, request_id, read, expected)


def stays_open(meta: Meta, request_id: str) -> bool:
    """Return whether a sharing request can still be answered, after a write that should end it."""

    def is_closed(request: SharingRequest | None) -> bool:
        return request is None or not request.is_open

    meta.look_again(request_id)
    return not is_closed(request_until(meta, request_id, is_closed))


def is_confirmed(state: ShareState, agency: Agency | None) -> bool:
    """Return whether Meta returns each declared task, and none whose revocation was sent."""
    if agency is None:
        return False
    tasks = set(agency.settable)
    return tasks.issuperset(state.inputs.tasks) and not tasks.intersection(state.revoking)


def _request(meta: Meta, state: ShareState) -> Request:
    """Read the request of a share; one that was made a moment ago may be missing at first."""
    if not state.pending_request_id:
        return Request.NONE
    answered = state.status is not ShareStatus.PENDING
    found = request_until(
        meta, state.pending_request_id, lambda request: answered or request is not None
    )
    return _REQUEST[found.share_status] if found else Request.PURGED


def _agency(meta: Meta, state: ShareState, request: Request) -> Agency | None:
    def as_expected(agency: Agency | None) -> bool:
        if request in ANSWERED_NO:
            # A read that lags must not turn a declined share into one that somebody made by hand.
            return agency is None
        if state.status is ShareStatus.ACTIVE:
            return agency is not None and set(agency.tasks) == set(state.granted_tasks)
        if state.status is ShareStatus.UNCONFIRMED:
            return is_confirmed(state, agency)
        return agency is not None or request is not Request.APPROVED

    return _agency_or_listed(meta, state.inputs, as_expected)


def _agency_or_listed(
    meta: Meta, share: ShareInputs, expected: Callable[[Agency | None], bool]
) -> Agency | None:
    """As `agency_until`; only the list of agencies shows that the agency has not got the asset."""
    agency = agency_until(meta, share, expected)
    return agency or meta.listed_agency(share.asset, share.agency_business_id)


def _with_open_requests(
    meta: Meta, state: ShareState, agency: Agency | None, request: Request
) -> Seen:
    """Read the open requests where only they tell whether the agency has accepted."""
    confirmed = state.status is ShareStatus.ACTIVE or request is Request.APPROVED
    unknown = agency is not None or request is Request.PURGED
    unknown = unknown or state.status is ShareStatus.UNCONFIRMED
    if confirmed or not unknown:
        return Seen(agency, request)
    return Seen(agency, request, open_requests(meta, state.inputs))
