"""The states in which experiments begin. Each function makes its state, and confirms it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

from metapixel_cli.probe.errors import InconclusiveError, NotRunError
from metapixel_cli.probe.journal import PERMITTED
from metapixel_cli.probe.pixel import ProbedPixel, is_open
from metapixel_cli.probe.restoration import TASKS, end_access
from metapixel_provider.errors import GraphError


def make_pending(pixel: ProbedPixel) -> str:
    """Make a request for the pixel be open. Return the id of the request."""
    if pixel.confirmed_state == "pending":
        return pixel.request
    end_access(pixel)
    # A share with a business that already works with the owner opens no request.
    request_id = "" if pixel.related else pixel.share(TASKS)
    if not request_id:
        reason = "Meta returns no id of a request, as if the agency already worked with the owner"
        raise NotRunError(reason)
    confirm_pending(pixel, request_id)
    return request_id


def confirm_pending(pixel: ProbedPixel, request_id: str) -> None:
    """Confirm that a request, which a write has just opened, is open."""
    pixel.await_effect(partial(pixel.status, request_id), lambda status: status is not None)
    pixel.confirmed_state, pixel.request = "pending", request_id


def make_active(pixel: ProbedPixel) -> None:
    """Make the share active with `TASKS`."""
    if pixel.confirmed_state != "active":
        end_access(pixel)
        share(pixel, TASKS)
        pixel.confirmed_state = "active"


def share(pixel: ProbedPixel, tasks: Sequence[str]) -> None:
    """Share the pixel, which is not shared, and confirm it."""
    if request_id := pixel.share(tasks):
        confirm_pending(pixel, request_id)
        approve(pixel, request_id)
        if not pixel.is_shared():
            reason = "Meta accepted the agency's approval, but did not list the share"
            raise InconclusiveError(reason)
    else:
        pixel.await_effect(pixel.tasks, lambda found: found is not None)


def approve(pixel: ProbedPixel, request_id: str) -> None:
    """Approve an open request as the agency, and confirm the answer."""
    pixel.answer(request_id, "approve")
    pixel.await_effect(partial(pixel.status, request_id), lambda status: not is_open(status))
    pixel.related = True


def permit(pixel: ProbedPixel) -> None:
    """Permit the ad account, which is not permitted, and confirm it."""
    pixel.permit("account_id", "ad_account")
    account = pixel.target.ad_account
    try:
        pixel.await_effect(pixel.accounts, lambda found: account in found)
    except InconclusiveError:
        if not pixel.owner_sees_accounts:  # The agency has made these reads already.
            raise
        if account not in pixel.ids_of_edge(pixel.as_agency, "shared_accounts"):
            raise
        # Meta lists the account only to the agency, which reads the accounts from now on.
        pixel.owner_sees_accounts = False
        # `await_effect` counted this effect as never returned, but the agency has now seen it.
        pixel.unseen_effects -= 1


def withdraw(pixel: ProbedPixel) -> None:
    """Withdraw the permission of the ad account, and wait until Meta no longer lists it.

    The share has to be active, because without it Meta lists no permission.
    """
    pixel.withdraw()
    pixel.await_effect(pixel.accounts, lambda found: pixel.target.ad_account not in found)
    pixel.journal.note(PERMITTED, False)


def unshare(pixel: ProbedPixel) -> None:
    """End the share, which is active, and confirm it."""
    pixel.unshare()
    pixel.await_effect(pixel.tasks, lambda found: found is None)


def repeated_refusal(
    kind: type[GraphError], send: Callable[..., object], *args: object
) -> GraphError | None:
    """Send a call, and return Meta's refusal, or None if Meta accepted the call.

    A refusal counts only if Meta repeats it. Raises InconclusiveError otherwise.
    """
    with suppress(kind):
        send(*args)
        return None
    try:
        send(*args)
    except kind as error:
        return error
    raise InconclusiveError("Meta refused a call once, and accepted the same call after that")
