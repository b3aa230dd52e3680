"""Sharing requests: what stands until the agency accepts, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from metapixel_provider.errors import GraphError, RefusedError, one_line
from metapixel_provider.sharing.lifecycle import Notice
from metapixel_provider.sharing.settling import look_at_request, look_at_share
from metapixel_provider.sharing.share import ANSWERED_NO, Settled, Share, Standing, must_accept, who
from metapixel_provider.sharing.status import ShareStatus

if TYPE_CHECKING:
    from metapixel_provider.sharing.meta import Meta
    from metapixel_provider.sharing.nodes import SharingRequest


def open_request(meta: Meta, share: Share, again: bool = True) -> SharingRequest | None:
    """A request from the pixel's owner that the agency can still answer; `again` looks anew."""
    owner_id = meta.pixel(share.pixel_id, share.agency_business_id).owner_id
    if not owner_id:
        return None
    if again:
        meta.look_again(owner_id)
    found = meta.open_requests(owner_id, share.agency_business_id)
    return found[0] if found else None


def pending(meta: Meta, share: Share, request_id: str) -> Settled:
    """A share that the agency has to accept, with the agency's name where Meta tells it."""
    try:
        name = one_line(meta.business_name(share.agency_business_id), 80)
    except GraphError:
        name = ""
    standing = Standing(ShareStatus.PENDING, pending_request_id=request_id, agency_name=name)
    return standing, (must_accept(share, standing),)


def still_pending(meta: Meta, share: Share, standing: Standing) -> bool:
    """Whether a share that shows does not stand: some requests list their pixels before the answer.

    After an answer that was no, what shows is looked at until it is gone: a read that lags must not
    make a declined share one that was removed, which would be asked for again.
    """
    if standing.status is not ShareStatus.PENDING or not standing.pending_request_id:
        return False
    request = _request_of(meta, standing)
    if request and (request.is_open or request.share_status is ShareStatus.ACTIVE):
        return request.is_open
    return look_at_share(meta, share, lambda agency: agency is None) is None


def _request_of(meta: Meta, standing: Standing) -> SharingRequest | None:
    """The request a share waits in; one that was made a moment ago may not show at once."""
    answered = standing.status is not ShareStatus.PENDING
    request_id = standing.pending_request_id
    return look_at_request(meta, request_id, lambda found: answered or found is not None)


def request_standing(
    meta: Meta, share: Share, standing: Standing
) -> tuple[Standing | None, tuple[Notice, ...]]:
    """Where a share stands that does not show; None where nothing stands at all."""
    if not standing.pending_request_id:
        return (standing if standing.status in ANSWERED_NO else None), ()
    request = _request_of(meta, standing)
    if request is None:
        return _request_is_unknown(meta, share, standing)
    if request.share_status is ShareStatus.ACTIVE:
        # Approved, and it does not show: either not yet, or it was removed afterwards.
        shown = look_at_share(meta, share, lambda agency: agency is not None)
        return (Standing.active(shown) if shown else None), ()
    found = replace(standing, status=request.share_status, granted_tasks=())
    if found.status is ShareStatus.PENDING:
        return found, (must_accept(share, found),)
    return found, ()


def _request_is_unknown(meta: Meta, share: Share, standing: Standing) -> Settled:
    """Meta forgets requests: an answer on record stays, an open one is looked for."""
    if standing.status is not ShareStatus.PENDING:
        return standing, ()
    waiting = open_request(meta, share)
    if waiting is not None:
        found = replace(standing, pending_request_id=waiting.id)
        return found, (must_accept(share, found),)
    text = (
        f"Sharing request {standing.pending_request_id} for {share} no longer exists and the "
        f"share does not stand; change `resend` to send it again"
    )
    return replace(standing, status=ShareStatus.CANCELED), (Notice(text),)


def stays_open(meta: Meta, request_id: str) -> bool:
    """Whether a sharing request can still be answered, looked at until it cannot."""

    def is_closed(request: SharingRequest | None) -> bool:
        return request is None or not request.is_open

    meta.look_again(request_id)
    return not is_closed(look_at_request(meta, request_id, is_closed))


def withdrawn(meta: Meta, share: Share, standing: Standing, refused: bool) -> tuple[Notice, ...]:
    """Sees that nobody can accept what was deleted."""
    request_id = standing.pending_request_id
    if not stays_open(meta, request_id):
        return ()
    agency = who(share, standing)
    if refused:
        raise RefusedError(
            f"Sharing request {request_id} could not be withdrawn: {agency} can still accept "
            f"it and would have pixel {share.pixel_id}; cancel it in Business Settings under "
            f"Requests, or let the agency decline it, and run the command again; if it is for "
            f"other pixels only, forget the share with `pulumi state delete`"
        )
    return (
        Notice(
            f"Pixel {share.pixel_id} was to be taken off sharing request {request_id}, which stays "
            f"open; unless that is for other pixels, {agency} can still accept it: look into "
            f"Business Settings under Requests"
        ),
    )
