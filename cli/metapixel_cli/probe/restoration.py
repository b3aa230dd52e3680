"""The restoration: it ends everything that is between the owner and the agency on the pixel."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass

from metapixel_cli.probe.errors import AwaitsApprovalError, InconclusiveError, NotRestoredError
from metapixel_cli.probe.journal import APPROVAL, PERMITTED
from metapixel_cli.probe.pixel import ProbedPixel, is_open, reason
from metapixel_provider.errors import (
    REFUSALS,
    GraphError,
    InvalidParameterError,
    NotVisibleError,
    OutcomeUnknownError,
    RateLimitedError,
    TooMuchDataError,
)

#: The number of attempts to restore the pixel. During an outage, each takes some seconds.
ROUNDS = 5
TASKS = ("UPLOAD", "ANALYZE")

#: Meta refuses a write whose effect exists already, for example after another attempt. The end of
#: the restoration reports a write that waits for approval.
_DONE_OR_AWAITS_APPROVAL = (InvalidParameterError, NotVisibleError, AwaitsApprovalError)
#: Before the effect of a write, Meta may refuse its opposite: the agency may not have the pixel.
_REFUSED_OR_AWAITS_APPROVAL = (*REFUSALS, AwaitsApprovalError)


def end_access(pixel: ProbedPixel) -> None:
    """End the share, the permission and the requests, until reads confirm that nothing is left.

    Raises NotRestoredError if something is left, or if Meta does not respond, and
    AwaitsApprovalError if another admin has to approve a write of this run.
    """
    # Without a journal, nothing was written, and the pixel was empty before.
    if pixel.confirmed_state == "absent" or not pixel.journal.exists:
        return
    # Meta lists no write that waits for approval, but the opposite write can withdraw it. So a
    # write may wait until an attempt, which sends the opposite writes, ends without an error.
    may_wait = pixel.may_lack_response or pixel.awaits_approval
    for attempt in range(ROUNDS):
        writes_before = pixel.traffic.used["writes"]
        try:
            rest = _attempt(pixel, may_wait)
        except OutcomeUnknownError:
            rest = "Meta returned no usable response"
            # If this was the response to a write of this attempt, that write may wait too.
            may_wait = may_wait or pixel.may_lack_response
        except (RateLimitedError, TooMuchDataError, InconclusiveError) as error:
            rest = str(error)
        except GraphError as error:
            rest = str(error)
            if pixel.traffic.used["writes"] == writes_before:
                # Meta refused a read, and would refuse it again.
                raise NotRestoredError(rest) from None
        else:
            if not rest:
                pixel.confirmed_state = "absent"
                return
            # Something may remain, but Meta has answered the opposite writes.
            may_wait = False
        time.sleep(pixel.pause * attempt)
    raise NotRestoredError(rest)


@dataclass(frozen=True)
class _Access:
    """What an attempt has to end, and its `names`. Meta might not list a permission that exists."""

    is_permitted: bool
    may_be_permitted: bool
    is_shared: bool
    requests: set[str]
    names: list[str]


def _read_access(pixel: ProbedPixel) -> _Access:
    is_permitted = bool(pixel.target.ad_account) and pixel.is_permitted()
    is_shared = pixel.is_shared()
    requests = _open_requests(pixel)
    facts, names = pixel.journal.facts, []
    # Without a share, Meta may not list a permission that the journal notes. The restoration then
    # shares the pixel to find it, unless another admin has to approve the end of that share.
    can_find_permission = is_shared or not facts[APPROVAL]
    may_be_permitted = is_permitted or (facts[PERMITTED] and can_find_permission)
    if may_be_permitted:
        names.append("the permission of the ad account")
    if is_shared:
        names.append("the share")
    elif requests:
        names.append("an open request")
    return _Access(is_permitted, may_be_permitted, is_shared, requests, names)


def _attempt(pixel: ProbedPixel, may_wait: bool) -> str:
    """End the permission, the share, then the requests. Return a clause about the rest, or "".

    `may_wait` is True if an earlier write may wait for approval. Raises AwaitsApprovalError if Meta
    responded that a write of this run waits.
    """
    found = _read_access(pixel)
    # The end of a permission can need another share, so it waits until no request is open.
    can_end_permission = pixel.agency and not found.requests
    if found.may_be_permitted and can_end_permission:
        _end_permission(pixel, found.is_shared)
    if may_wait:
        _end_unlisted(pixel, found)
    if found.names:
        with suppress(*_DONE_OR_AWAITS_APPROVAL):
            pixel.unshare()
    if pixel.agency and found.requests:
        # The end of the share may have withdrawn a request.
        for request_id in sorted(_open_requests(pixel)):
            with suppress(*_DONE_OR_AWAITS_APPROVAL):
                pixel.answer(request_id, "decline")
    if pixel.awaits_approval:
        clauses = ["another admin has to approve a write", _rest(pixel, found)]
        raise AwaitsApprovalError(", and ".join(filter(None, clauses)))
    if may_wait:
        # The reads came before the opposite writes, so only another attempt confirms their effect.
        found.names.append("the effect of a write without a response")
    return _rest(pixel, found)


def _end_unlisted(pixel: ProbedPixel, found: _Access) -> None:
    """End a permission and a share that no read returned, because they may wait for approval."""
    can_be_permitted = pixel.agency and pixel.target.ad_account
    if can_be_permitted and not found.is_permitted:
        with suppress(*_REFUSED_OR_AWAITS_APPROVAL):
            pixel.withdraw()
    if not found.names:
        with suppress(*_REFUSED_OR_AWAITS_APPROVAL):
            pixel.unshare()


def _rest(pixel: ProbedPixel, found: _Access) -> str:
    """Return a clause about what may remain after an attempt, or an empty string."""
    if not found.names:
        return ""
    rest = f"{' and '.join(found.names)} may remain"
    if pixel.agency is None and (found.may_be_permitted or found.requests):
        rest += ", and only --agency-credentials could end it"
    return rest


def _end_permission(pixel: ProbedPixel, is_shared: bool) -> None:
    """Share the pixel if it is not shared, withdraw the permission, and note its absence.

    Without a share, the agency could not withdraw it, and Meta might keep it without listing it.
    """
    if not is_shared:
        with suppress(*_DONE_OR_AWAITS_APPROVAL):
            # If the relationship has ended, this opens a request.
            if request_id := pixel.share(TASKS):
                pixel.answer(request_id, "approve")
    if pixel.is_permitted():
        with suppress(*_DONE_OR_AWAITS_APPROVAL):
            pixel.withdraw()
    is_proven_absent = pixel.is_shared() and not pixel.is_permitted()
    if is_proven_absent:
        pixel.journal.note(PERMITTED, False)


def _open_requests(pixel: ProbedPixel) -> set[str]:
    """Return the open requests that Meta lists, and those of this run."""
    found = _listed_requests(pixel)
    for request_id in pixel.requests - found:
        if is_open(pixel.read_stable(pixel.status, request_id)):
            found.add(request_id)
        else:
            pixel.requests.remove(request_id)
    return found


def _listed_requests(pixel: ProbedPixel) -> set[str]:
    """Return the open requests in the owner's list, and the agency's if an id may be unknown."""
    reads = [pixel.open_requests]
    if pixel.agency and _may_lack_request_id(pixel):
        reads.append(pixel.received_requests)
    found, refusals = set[str](), []
    for read in reads:
        try:
            found |= pixel.read_stable(read)
        except REFUSALS as error:
            refusals.append(reason(error))
    is_any_list_read = len(refusals) < len(reads)  # One is enough.
    pixel.unread_reason = "" if is_any_list_read else refusals[0]
    return found


def _may_lack_request_id(pixel: ProbedPixel) -> bool:
    """Return whether a request may be open that the probe, without its id, can only find listed."""
    # Each share with an agency that does not work with the owner yet has opened a request.
    has_unknown_request = not pixel.related and not pixel.requests
    return has_unknown_request or pixel.may_lack_response


def restore(pixel: ProbedPixel) -> str:
    """Restore the pixel if anything was written, without a limit, and remove the journal.

    A second interruption ends it. Raises NotRestoredError. Returns what no read confirms, or "".
    """
    pixel.traffic.planned = {}
    if not pixel.journal.exists:
        return ""
    try:
        end_access(pixel)
    except KeyboardInterrupt:
        raise NotRestoredError("the restoration was interrupted") from None
    if pixel.unread_reason:  # A request may be open.
        raise NotRestoredError(f"no list of open sharing requests was read ({pixel.unread_reason})")
    pixel.journal.remove()
    # Only a response shows that a write waits for another admin, and `end_access` raises for that.
    if not pixel.may_lack_response:
        return ""
    unlisted = "writes that wait for another admin"
    if pixel.journal.facts[PERMITTED]:  # No read has proved that the permission is gone.
        unlisted += ", and may not list a permission that still exists"
    return (
        f"Everything that Meta lists is restored. Meta does not list {unlisted}: check in Business "
        f"Settings, under Requests, that nothing is left for pixel {pixel.target.pixel}."
    )
