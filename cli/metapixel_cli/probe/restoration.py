"""The restoration: it ends everything that is between the owner and the agency on the pixel.

The pixel was empty before the probe, so all of this is the probe's, except for what somebody else
does meanwhile.
"""

from __future__ import annotations

import time
from contextlib import suppress
from functools import partial

from metapixel_cli.probe.errors import AwaitsApprovalError, InconclusiveError, NotRestoredError
from metapixel_cli.probe.journal import APPROVAL, PERMITTED
from metapixel_cli.probe.pixel import Known, Pixel, is_open, reason
from metapixel_provider.errors import (
    GraphError,
    InvalidParameterError,
    NotVisibleError,
    OutcomeUnknownError,
    PermissionMissingError,
    RateLimitedError,
    TooMuchDataError,
)

#: The number of attempts to restore the pixel. During an outage, each takes some seconds.
ROUNDS = 5
TASKS = ("UPLOAD", "ANALYZE")

#: Meta refuses a write whose effect exists already, for example after another attempt. The end of
#: the restoration reports a write that waits for approval.
_ENDED = (InvalidParameterError, NotVisibleError, AwaitsApprovalError)
_REFUSALS = (InvalidParameterError, NotVisibleError, PermissionMissingError)


def end(pixel: Pixel) -> None:
    """End what the probe created, until reads confirm that nothing is left.

    Raises NotRestoredError if something is left, or if Meta does not answer, and
    AwaitsApprovalError if another admin has to approve a write of this run.
    """
    left = ""
    # Meta lists no write that waits for approval, but the opposite write can withdraw it.
    waits = pixel.unsure or pixel.awaits_approval
    for attempt in range(ROUNDS):
        writes = pixel.traffic.used["writes"]
        try:
            left = _round(pixel, waits)
        except OutcomeUnknownError:
            left, waits = "Meta returned no usable answer", waits or pixel.unsure
        except (RateLimitedError, TooMuchDataError, InconclusiveError) as error:
            left = str(error)
        except GraphError as error:
            left = str(error)
            if pixel.traffic.used["writes"] == writes:
                # Meta would refuse the read again.
                break
        else:
            if pixel.awaits_approval:
                rest = f", and {left}" if left else ""
                raise AwaitsApprovalError(f"another admin has to approve a write{rest}")
            if not left:
                pixel.known = Known("absent")
                return
            waits = False
        time.sleep(pixel.pause * attempt)
    raise NotRestoredError(left)


def _round(pixel: Pixel, waits: bool) -> str:
    """End what reads return. Return a clause about the rest, or an empty string.

    `waits` is True if a write may wait for approval.
    """
    account = pixel.target.ad_account
    is_permitted = bool(account) and account in pixel.settled(pixel.accounts)
    is_listed = pixel.settled(pixel.tasks) is not None
    opened = _open(pixel)
    # If an admin has to approve removals, also the removal of a new share would wait.
    can_prove = is_listed or not pixel.journal.facts[APPROVAL]
    may_be_permitted = is_permitted or (pixel.journal.facts[PERMITTED] and can_prove)
    if may_be_permitted and not opened and pixel.agency:
        _end_permission(pixel, is_listed)
    if waits and pixel.agency and account and not is_permitted:
        # Meta may refuse this, because the agency may not have the pixel.
        with suppress(PermissionMissingError, *_ENDED):
            pixel.withdraw()
    is_left = may_be_permitted or is_listed or bool(opened)
    if is_left or waits:
        with suppress(*_ENDED, *([] if is_left else [PermissionMissingError])):
            pixel.unshare()
    for request_id in sorted(opened and _open(pixel)):
        if pixel.agency:
            with suppress(*_ENDED):
                pixel.answer(request_id, "decline")
    left = {
        "the permission of the ad account": may_be_permitted,
        "the share": is_listed,
        "an open request": bool(opened) and not is_listed,
        "the effect of a write without an answer": waits and not pixel.awaits_approval,
    }
    named = " and ".join(name for name, is_left in left.items() if is_left)
    lacks = not pixel.agency and (may_be_permitted or opened)
    advice = ", and only --agency-credentials could end it" if lacks else ""
    return f"{named} may remain{advice}" if named else ""


def _end_permission(pixel: Pixel, is_shared: bool) -> None:
    """Withdraw the permission if it exists.

    Only a business with access to the pixel can withdraw it. Without access, Meta may keep the
    permission and not list it.
    """
    if not is_shared:
        with suppress(*_ENDED):
            # If the relationship has ended, this opens a request.
            if request_id := pixel.share(TASKS):
                pixel.answer(request_id, "approve")
    if pixel.target.ad_account in pixel.settled(pixel.accounts):
        with suppress(*_ENDED):
            pixel.withdraw()
    is_shared = pixel.settled(pixel.tasks) is not None
    if is_shared and pixel.target.ad_account not in pixel.settled(pixel.accounts):
        pixel.journal.note(PERMITTED, False)


def _open(pixel: Pixel) -> frozenset[str]:
    """Return the open requests that Meta lists, and those of this run.

    The list of the agency counts too if an answer was lost or had no id, so that the id of an open
    request may be unknown. The list of the owner alone could be empty.
    """
    may_be_unknown = pixel.unsure or not (pixel.related or pixel.requests)
    of_agency = [pixel.received_requests] if pixel.agency and may_be_unknown else []
    reads = [pixel.open_requests, *of_agency]
    found, unread = set[str](), []
    for read in reads:
        try:
            found |= pixel.settled(read)
        except _REFUSALS as error:
            unread.append(reason(error))
    pixel.unread = unread[0] if len(unread) == len(reads) else ""
    for request_id in pixel.requests - found:
        status = pixel.settled(partial(pixel.status, request_id))
        if status is not None and is_open(status):
            found.add(request_id)
        elif status is not None:
            pixel.requests.remove(request_id)
    return frozenset(found)


def restore(pixel: Pixel) -> str:
    """Restore the pixel if anything was written, without a limit, and remove the journal.

    A second interruption ends the restoration. Returns a sentence about what no read confirms, or
    an empty string. Raises NotRestoredError.
    """
    pixel.traffic.planned = {}
    if not pixel.journal.exists:
        return ""
    try:
        if pixel.known.state != "absent":
            end(pixel)
    except KeyboardInterrupt:
        raise NotRestoredError("the restoration was interrupted") from None
    if pixel.unread:
        raise NotRestoredError(f"no list of open sharing requests was read ({pixel.unread})")
    pixel.journal.remove()
    if not pixel.unsure:
        return ""
    hidden = ", and may not list a permission that still exists"
    return (
        "Everything that Meta lists is restored. Meta does not list writes that wait for another "
        f"admin{hidden if pixel.journal.facts[PERMITTED] else ''}: check in Business Settings, "
        f"under Requests, that nothing is left for pixel {pixel.target.pixel}."
    )
