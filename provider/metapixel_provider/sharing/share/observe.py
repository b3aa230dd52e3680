"""Reads of one share and its sharing request from Meta."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from metapixel_provider.errors import NotVisibleError, PermissionMissingError
from metapixel_provider.sharing.request_lists import SENT
from metapixel_provider.sharing.sending import read_until
from metapixel_provider.sharing.status import ENDED, ShareStatus, unknown_request

if TYPE_CHECKING:
    from metapixel_provider.sharing.meta import Meta
    from metapixel_provider.sharing.nodes import Agency, SharingRequest
    from metapixel_provider.sharing.share.declared import ShareInputs
    from metapixel_provider.sharing.share.recorded import ShareState
    from metapixel_provider.sharing.tasks import Task


@dataclass(frozen=True)
class Observed:
    """The result of reading a share.

    `agency` is None if the agency does not have the pixel. `request` is the status of the recorded
    request, as the status of a share: PENDING if the request is open, and ACTIVE if it was
    accepted. It is None if the state has no request, or if Meta no longer returns the request.
    `open_requests` are the ids of open requests from the owner to the agency, which may be for
    other assets. They are read only if a decision needs them, and are None if the token may not see
    the owner. `unknown_status` is the status of the request if this version does not know it. Such
    a request counts as open.
    """

    agency: Agency | None = None
    request: ShareStatus | None = None
    open_requests: tuple[str, ...] | None = ()
    unknown_status: str = ""

    @property
    def tasks(self) -> frozenset[Task]:
        return self.agency.settable if self.agency else frozenset()


def read(
    meta: Meta, share: ShareInputs, before: ShareState | None = None, ended: bool = False
) -> Observed:
    """Read a share a few times, until the result matches the recorded state `before`.

    The open requests are read if nothing else proves whether the agency accepted the share. If the
    share has no record, the agency has no access and the last day has not passed (`ended`), they
    are not read, because the share is sent anyway.
    """
    request, unknown_status = _request(meta, before) if before else (None, "")
    status = before.status if before else None

    def as_expected(found: Agency | None) -> bool:
        if before is None:
            return True
        if request in ENDED:
            # An outdated read may still return a declined share. It must not be mistaken for a
            # share that somebody made by hand.
            return found is None
        if request is ShareStatus.PENDING:
            # Meta may list a pending share, with the requested tasks.
            return found is None or before.inputs.is_shared_by(found.settable)
        if status is ShareStatus.ACTIVE:
            return found is not None and set(found.tasks) == set(before.granted_tasks)
        if status is ShareStatus.UNCONFIRMED:
            return before.is_confirmed_by(found, exactly=True)
        return found is not None or request is not ShareStatus.ACTIVE

    settled = ShareStatus.ACTIVE in (status, request) or request is ShareStatus.PENDING
    found = agency(meta, share, as_expected, with_pixel=not settled)
    purged = before is not None and bool(before.pending_request_id) and request is None
    unconfirmed = status is ShareStatus.UNCONFIRMED or (before is None and ended)
    may_wait = not settled and (found is not None or purged or unconfirmed)
    requests = open_requests(meta, share) if may_wait else ()
    return Observed(found, request, requests, unknown_status)


def agency(
    meta: Meta,
    share: ShareInputs,
    expected: Callable[[Agency | None], bool] = lambda _: True,
    *,
    with_pixel: bool = False,
    doubt_absence: bool = True,
) -> Agency | None:
    """Return the agency's access to the pixel. Read a few times, until it is as expected.

    With `doubt_absence`, an agency that is absent shortly after a write is read once more.
    """
    pixel_id, agency_id = share.pixel_id, share.agency_business_id
    found = read_until(
        meta, share.id, lambda: meta.agency(pixel_id, agency_id, with_pixel), expected
    )
    if found is None and doubt_absence and meta.wait_for_replicas(share.id):
        meta.invalidate(share.id)
        found = meta.agency(pixel_id, agency_id)
    return found


def open_requests(
    meta: Meta, share: ShareInputs, after_write: bool = False
) -> tuple[str, ...] | None:
    """Return the ids of requests from the pixel's owner that the agency can still answer.

    The requests may be for other assets, because Meta does not return the assets of a request.
    Returns None if the token may not see the owner.
    """
    listed = _sent_requests(meta, share, after_write)
    return None if listed is None else tuple(each.id for each in listed if each.is_open)


def _sent_requests(
    meta: Meta, share: ShareInputs, after_write: bool
) -> list[SharingRequest] | None:
    owner_id = meta.pixel(share.pixel_id).owner_id
    if not owner_id:
        return None
    if after_write:
        meta.invalidate(owner_id)
    return meta.requests(SENT, owner_id, share.agency_business_id)


def request_until(
    meta: Meta,
    request_id: str,
    expected: Callable[[SharingRequest | None], bool],
    share: ShareInputs | None = None,
) -> SharingRequest | None:
    """Return a sharing request, or None. Read a few times, until the result is as expected.

    If only the agency may read the request, it is read from the owner's list of sent requests.
    """

    def read() -> SharingRequest | None:
        try:
            return meta.request(request_id)
        except NotVisibleError:
            return None
        except PermissionMissingError:
            sent = _sent_requests(meta, share, after_write=True) if share else None
            if sent is None:
                raise
            return next((each for each in sent if each.id == request_id), None)

    return read_until(meta, request_id, read, expected)


def stays_open(meta: Meta, share: ShareInputs, request_id: str) -> bool:
    """Return whether a request is still open after a write that should have ended it."""
    meta.invalidate(request_id)
    found = request_until(meta, request_id, lambda found: not (found and found.is_open), share)
    return found is not None and found.is_open


def _request(meta: Meta, state: ShareState) -> tuple[ShareStatus | None, str]:
    """Read the request of a share. Return its status, and the text of a status that is unknown.

    A new request may be missing at first, so it is read again.
    """
    if not state.pending_request_id:
        return None, ""
    answered = state.status is not ShareStatus.PENDING
    found = request_until(
        meta,
        state.pending_request_id,
        lambda request: answered or request is not None,
        state.inputs,
    )
    if found is None:
        return None, ""
    return found.share_status, unknown_request(found.request_status)
