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


def end_access(pixel: ProbedPixel) -> None:
    """End the share, the permission and the requests, until reads confirm that nothing is left.

    Raises NotRestoredError if something is left, or if Meta does not respond, and
    AwaitsApprovalError if another admin has to approve a write of this run.
    """
    # Without a journal, nothing was written, and the pixel was empty before.
    if pixel.confirmed_state == "absent" or not pixel.journal.exists:
        return
    # Meta lists no write that waits for approval, but the opposite write can withdraw it.
    may_wait = pixel.may_await_approval or pixel.awaits_approval
    for attempt in range(ROUNDS):
        writes_before = pixel.traffic.used["writes"]
        try:
            rest = _attempt(pixel, may_wait)
            if not rest:
                pixel.confirmed_state = "absent"
                return
            # Meta has answered the opposite writes, so no earlier write waits any more.
            may_wait = False
        except OutcomeUnknownError:
            rest = "Meta returned no usable response"
            # The lost response can be that of a write of this attempt, which may wait too.
            may_wait = may_wait or pixel.may_await_approval
        except (RateLimitedError, TooMuchDataError, InconclusiveError) as error:
            rest = str(error)
        except GraphError as error:
            rest = str(error)
            if pixel.traffic.used["writes"] == writes_before:
                # Meta refused a read, and would refuse it again.
                break
        time.sleep(pixel.pause * attempt)
    raise NotRestoredError(rest)


@dataclass(frozen=True)
class _Access:
    """Everything that exists at the beginning of an attempt, and its `names`.

    Meta might not list a permission, so `may_be_permitted` is True if it may exist.
    """

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
    # Only while the pixel is shared, a read proves that a noted permission is gone. So an attempt
    # shares the pixel again, but not if another admin would have to approve the end of that share.
    can_prove_absence = is_shared or not facts[APPROVAL]
    may_be_permitted = is_permitted or (facts[PERMITTED] and can_prove_absence)
    if may_be_permitted:
        names.append("the permission of the ad account")
    if is_shared:
        names.append("the share")
    elif requests:
        names.append("an open request")
    return _Access(is_permitted, may_be_permitted, is_shared, requests, names)


def _attempt(pixel: ProbedPixel, may_wait: bool) -> str:
    """End what reads return. Return a clause about the rest, or an empty string.

    `may_wait` is True if a write may wait for approval. Raises AwaitsApprovalError if one does.
    """
    found = _read_access(pixel)
    # Open requests are declined first, because the end of a permission can need another share.
    can_end_permission = pixel.agency and not found.requests
    if found.may_be_permitted and can_end_permission:
        _end_permission(pixel, found.is_shared)
    if may_wait:
        _withdraw_waiting_writes(pixel, found)
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
        # The reads came before the opposite writes, so only another attempt can confirm the end.
        found.names.append("the effect of a write without a response")
    return _rest(pixel, found)


def _withdraw_waiting_writes(pixel: ProbedPixel, found: _Access) -> None:
    """Send the opposite of the writes that may wait for approval, which Meta does not list."""
    # Meta may refuse these, because the agency may not have the pixel.
    refusals = (*REFUSALS, AwaitsApprovalError)
    if pixel.agency and pixel.target.ad_account and not found.is_permitted:
        with suppress(*refusals):
            pixel.withdraw()
    is_unshared_anyway = bool(found.names)
    if not is_unshared_anyway:
        with suppress(*refusals):
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
    """Withdraw the permission if it exists.

    Only a business with access to the pixel can withdraw it. Without access, Meta may keep the
    permission and not list it.
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
    """Return the open requests that Meta lists.

    The list of the owner could be empty, so that of the agency counts too if the id of an open
    request may be unknown.
    """
    reads = [pixel.open_requests]
    was_response_lost = pixel.may_await_approval
    # A share with an agency that does not work with the owner yet has opened a request.
    had_no_id = not pixel.related and not pixel.requests
    if pixel.agency and (was_response_lost or had_no_id):
        reads.append(pixel.received_requests)
    found, reasons = set[str](), []
    for read in reads:
        try:
            found |= pixel.read_stable(read)
        except REFUSALS as error:
            reasons.append(reason(error))
    # One list is enough.
    pixel.unread = reasons[0] if len(reasons) == len(reads) else ""
    return found


def restore(pixel: ProbedPixel) -> str:
    """Restore the pixel if anything was written, without a limit, and remove the journal.

    A second interruption ends the restoration. Returns a sentence about what no read confirms, or
    an empty string. Raises NotRestoredError.
    """
    pixel.traffic.planned = {}
    if not pixel.journal.exists:
        return ""
    try:
        end_access(pixel)
    except KeyboardInterrupt:
        raise NotRestoredError("the restoration was interrupted") from None
    if pixel.unread:
        raise NotRestoredError(f"no list of open sharing requests was read ({pixel.unread})")
    pixel.journal.remove()
    if not pixel.may_await_approval:
        return ""
    unlisted = "writes that wait for another admin"
    if pixel.journal.facts[PERMITTED]:
        unlisted += ", and may not list a permission that still exists"
    return (
        f"Everything that Meta lists is restored. Meta does not list {unlisted}: check in Business "
        f"Settings, under Requests, that nothing is left for pixel {pixel.target.pixel}."
    )
