"""Reads of one share and its sharing request from Meta."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from metapixel_provider.errors import REFUSALS, NotVisibleError, PermissionMissingError
from metapixel_provider.sharing.edges import SENT
from metapixel_provider.sharing.sending import read_until
from metapixel_provider.sharing.status import ENDED, ShareStatus, unknown_request

if TYPE_CHECKING:
    from metapixel_provider.sharing.meta import Meta
    from metapixel_provider.sharing.nodes import Agency, SharingRequest
    from metapixel_provider.sharing.share.records import ShareInputs, ShareState
    from metapixel_provider.sharing.tasks import Task

#: The status of a request that may be open, because this token may not read it.
UNREAD = ShareStatus.UNCONFIRMED


@dataclass(frozen=True)
class Observed:
    """The result of reading a share.

    `agency` is None if the agency does not have the pixel. `request` is the status of the recorded
    request, as the status of a share: PENDING if the request is open, ACTIVE if it was accepted, or
    UNREAD. It is None if the state has no request, or if Meta certainly no longer has it.
    `open_requests` are the ids of open requests from the owner to the agency, which may be for
    other assets, because Meta does not return the assets of a request. They are read only if a
    decision needs them, and are None if they are unread. `unknown_status` is the status of the
    request if this version does not know it. Such a request counts as open.
    """

    agency: Agency | None = None
    request: ShareStatus | None = None
    open_requests: tuple[str, ...] | None = ()
    unknown_status: str = ""

    @property
    def may_be_in_open_request(self) -> bool:
        """True if the agency may accept a request: one is open, or the requests are unread."""
        return self.open_requests != ()

    @property
    def tasks(self) -> frozenset[Task]:
        return self.agency.settable if self.agency else frozenset()


def read(meta: Meta, share: ShareInputs, before: ShareState | None = None) -> Observed:
    """Read a share a few times, until the result matches the recorded state `before`.

    The open requests are read if nothing else proves whether the agency accepted the share.
    """
    if before is not None:
        return _read_recorded(meta, share, before)
    found = agency(meta, share, with_pixel=True)
    if found is None:
        return Observed()
    return Observed(found, open_requests=open_requests(meta, share))


def _read_recorded(meta: Meta, share: ShareInputs, before: ShareState) -> Observed:
    """Read the recorded request first, because it decides which access is expected."""
    # A new request may be missing at first, so it is read again.
    unexpected = (None, UNREAD) if before.may_await_agency else ()
    request, unknown_status = recorded_request_status(meta, before, unexpected)
    is_accepted = ShareStatus.ACTIVE in (before.status, request)
    is_acceptance_known = is_accepted or request is ShareStatus.PENDING
    is_expected = partial(_is_expected, before, request)
    # If the acceptance is not known, the next read may need the owner of the pixel.
    found = agency(meta, share, is_expected, with_pixel=not is_acceptance_known)
    if request is UNREAD:
        return Observed(found, UNREAD, open_requests=None)
    is_purged = bool(before.pending_request_id) and request is None
    is_unconfirmed = before.status is ShareStatus.UNCONFIRMED
    may_be_in_other_request = found is not None or is_purged or is_unconfirmed
    if is_acceptance_known or not may_be_in_other_request:
        return Observed(found, request, unknown_status=unknown_status)
    return Observed(found, request, open_requests(meta, share))


def read_after_write(
    meta: Meta, share: ShareInputs, is_confirmed: Callable[[Agency | None], bool], answered: bool
) -> Observed:
    """Read a share after a write.

    Meta's answer to a write says whether the agency has to accept the share. Without an answer,
    only the open requests show this.
    """
    found = agency(meta, share, is_confirmed)
    if answered or not is_confirmed(found):  # An unanswered write without an effect is repeated.
        return Observed(found)
    return Observed(found, open_requests=open_requests(meta, share, afresh=True))


def _is_expected(before: ShareState, request: ShareStatus | None, found: Agency | None) -> bool:
    """Return whether the access is as an ended or open request says, or else as the record says."""
    if request in ENDED:
        # An outdated read may still return a declined share. It must not be mistaken for a share
        # that somebody made by hand.
        return found is None
    if request is ShareStatus.PENDING:
        # Meta may list a pending share, with the requested tasks.
        return found is None or before.is_requested_for(found.settable)
    if before.status is ShareStatus.ACTIVE:
        return found is not None and set(found.tasks) == set(before.granted_tasks)
    if before.status is ShareStatus.UNCONFIRMED:
        return before.has_taken_effect(found)
    if request is ShareStatus.ACTIVE:
        return found is not None  # The agency accepted after the last read.
    return True  # The request is purged or unread, so the agency may have access or not.


def agency(
    meta: Meta,
    share: ShareInputs,
    expected: Callable[[Agency | None], bool] = lambda _: True,
    *,
    with_pixel: bool = False,
    doubt_absence: bool = True,
) -> Agency | None:
    """Return the agency's access to the pixel. Read a few times, until it is as expected.

    `with_pixel` reads the pixel in the same batch, because its owner or its name is needed next.
    With `doubt_absence`, an agency that is absent shortly after a write is read once more.
    """
    pixel_id, agency_id = share.pixel_id, share.agency_business_id
    read_listed = partial(meta.agency, pixel_id, agency_id, with_pixel)
    found = read_until(meta, share.id, read_listed, expected)
    if found is None and doubt_absence and meta.wait_for_replicas(share.id):
        meta.invalidate(share.id)
        found = meta.agency(pixel_id, agency_id)
    return found


def open_requests(meta: Meta, share: ShareInputs, afresh: bool = False) -> tuple[str, ...] | None:
    """Return the ids of requests from the pixel's owner that the agency can still answer.

    Returns None if this token may not read them. `afresh` ignores a list that was read earlier.
    """
    sent = _sent_requests(meta, share, afresh)
    return None if sent is None else tuple(each.id for each in sent if each.is_open)


def _sent_requests(meta: Meta, share: ShareInputs, afresh: bool) -> list[SharingRequest] | None:
    """Return the requests from the owner to the agency, or None if this token may not read them."""
    owner_id = meta.pixel(share.pixel_id).owner_id
    if not owner_id:
        return None
    if afresh:
        meta.invalidate(owner_id)
    try:
        return meta.requests(SENT, owner_id, share.agency_business_id)
    except REFUSALS:
        return None


def recorded_request_status(
    meta: Meta, state: ShareState, unexpected: Collection[ShareStatus | None]
) -> tuple[ShareStatus | None, str]:
    """Return the status of the recorded request, and Meta's word for a status that is unknown.

    The status is None if no request exists, and UNREAD if this token may not read it. The request
    is read a few times while its status is unexpected. If this token may not see the request, the
    owner's list of sent requests is read. Only this list proves that Meta no longer has it.
    """
    request_id = state.pending_request_id
    if not request_id:
        return None, ""

    def read() -> tuple[ShareStatus | None, str]:
        try:
            found = meta.request(request_id)
        except (NotVisibleError, PermissionMissingError):
            # A list that was read earlier may not contain a new request yet.
            sent = _sent_requests(meta, state.inputs, afresh=True)
            if sent is None:
                return UNREAD, ""
            matching = [each for each in sent if each.id == request_id]
            if not matching:
                return None, ""
            found = matching[0]
        return found.share_status, unknown_request(found.request_status)

    return read_until(meta, request_id, read, lambda found: found[0] not in unexpected)
