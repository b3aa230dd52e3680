"""The states in which experiments begin. Each function makes its state, and confirms it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from metapixel_cli.probe.errors import InconclusiveError, NotRunError
from metapixel_cli.probe.journal import PERMITTED
from metapixel_cli.probe.pixel import KnownState, ProbedPixel, is_open
from metapixel_cli.probe.restoration import TASKS, end
from metapixel_provider.errors import GraphError, PermissionMissingError


def absent(pixel: ProbedPixel) -> None:
    """Make the agency have neither a share nor an open request."""
    # Without a journal, nothing was written, and the pixel was empty before.
    if pixel.known.state != "absent" and pixel.journal.exists:
        end(pixel)


def pending(pixel: ProbedPixel) -> str:
    """Make a request for the pixel be open. Return the id of the request."""
    if pixel.known.state == "pending":
        return pixel.known.request
    absent(pixel)
    request_id = "" if pixel.related else pixel.share(TASKS)
    if not request_id:
        raise NotRunError(
            "Meta returns no id of a request, as if the agency already worked with the owner"
        )
    now_pending(pixel, request_id)
    return request_id


def now_pending(pixel: ProbedPixel, request_id: str) -> None:
    """Confirm that a request, which a write has just opened, is open.

    If Meta does not return it to the owner, the agency reads it from now on.
    """
    unseen = pixel.unseen
    try:
        pixel.await_effect(lambda: pixel.status(request_id), lambda status: status is not None)
    except (InconclusiveError, PermissionMissingError):
        agency = pixel.agency
        if agency is None or pixel.reader is agency:
            raise
        pixel.reader = agency
        if pixel.status(request_id) is None:
            pixel.reader = pixel.owner
            raise
        pixel.unseen = unseen
    pixel.known = KnownState("pending", request_id)


def active(pixel: ProbedPixel, tasks: Sequence[str] = TASKS) -> None:
    """Make the share active with these tasks."""
    if pixel.known.state == "active" and tasks == TASKS:
        return
    absent(pixel)
    request_id = pixel.share(tasks)
    if request_id:
        now_pending(pixel, request_id)
        approve(pixel, request_id)
        if pixel.read_stable(pixel.tasks) is None:
            raise InconclusiveError(
                "Meta accepted the agency's approval, but did not list the share"
            )
    else:
        pixel.await_effect(pixel.tasks, lambda found: found is not None)
    pixel.known = KnownState("active" if tasks == TASKS else "unknown")


def approve(pixel: ProbedPixel, request_id: str) -> None:
    """Approve an open request as the agency, and confirm the answer."""
    pixel.answer(request_id, "approve")
    pixel.await_effect(
        lambda: pixel.status(request_id), lambda status: status is None or not is_open(status)
    )
    pixel.related = True


def permitted(pixel: ProbedPixel) -> None:
    """Permit the ad account, which is not permitted, and confirm it.

    If Meta does not list it to the owner, the agency reads the list from now on.
    """
    unseen, account = pixel.unseen, pixel.target.ad_account
    pixel.permit("account_id", "ad_account")
    try:
        pixel.await_effect(pixel.accounts, lambda found: account in found)
    except InconclusiveError:
        if pixel.agency is None or pixel.lister is pixel.agency:
            raise
        pixel.lister = pixel.agency
        if account not in pixel.read_stable(pixel.accounts):
            raise
        pixel.unseen = unseen


def withdrawn(pixel: ProbedPixel) -> None:
    """Withdraw the permission of the ad account, and confirm it while the share is active."""
    pixel.withdraw()
    pixel.await_effect(pixel.accounts, lambda found: pixel.target.ad_account not in found)
    pixel.journal.note(PERMITTED, False)


def refusal(send: Callable[[], object], kind: type[GraphError]) -> GraphError | None:
    """Send a call, and return Meta's refusal, or None if Meta accepted the call.

    A refusal counts only if Meta repeats it. Raises InconclusiveError otherwise.
    """
    try:
        send()
    except kind:
        pass
    else:
        return None
    try:
        send()
    except kind as error:
        return error
    raise InconclusiveError("Meta refused a call once, and accepted the same call after that")
