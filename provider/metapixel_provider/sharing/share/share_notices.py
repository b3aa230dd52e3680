"""Messages about a share for the person who runs Pulumi."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from metapixel_provider.errors import REPORT, RefusedError
from metapixel_provider.sharing import common_notices, ids
from metapixel_provider.sharing.contract import Notice
from metapixel_provider.sharing.share.records import ShareInputs, ShareState
from metapixel_provider.sharing.status import ENDED, ShareStatus
from metapixel_provider.sharing.tasks import Task, implied_by, in_order, unknown, without_added

if TYPE_CHECKING:
    from metapixel_provider.sharing.share.observe import Observed

_IF_RENAMED = (
    "if you renamed the share, give its former name (an alias, `previously` or `moved_from`)"
)


def of(state: ShareState, observed: Observed, before: ShareState | None = None) -> list[Notice]:
    """Return the notices about a share that was just read or written."""
    # Without a record, each task is new.
    earlier = before or ShareState(state.inputs, ShareStatus.UNCONFIRMED)
    reported = _of_status(state, observed, earlier)
    new_tasks = set(state.granted_tasks).difference(earlier.granted_tasks)
    unknown_tasks = unknown(new_tasks)
    if unknown_tasks:
        reported.append(_unknown_tasks(state, unknown_tasks))
    return reported


def _of_status(state: ShareState, observed: Observed, before: ShareState) -> list[Notice]:
    match state.status:
        case ShareStatus.PENDING:
            reported = [must_accept(state)]
            if observed.unknown_status:
                reported.append(_unknown_status(state, observed.unknown_status))
            if state.awaits_approval:
                reported.append(_must_approve(state, observed))
            return reported
        case ShareStatus.UNCONFIRMED if state.awaits_approval:
            return [_must_approve(state, observed)]
        case ShareStatus.UNCONFIRMED:
            return [_unconfirmed(state, observed)]
        case ShareStatus.CANCELED if before.status is ShareStatus.PENDING:
            return [no_access(state)]  # Only the first read reports this.
        case ShareStatus.ACTIVE:
            return _added(state.inputs, state.added - before.added)
    return []


def must_accept(state: ShareState) -> Notice:
    share = state.inputs
    return Notice(
        f"Pixel {share.pixel_id} waits: {who(state)} must accept sharing request "
        f"{state.pending_request_id}, in its Business Settings under Requests, or with "
        f"a PixelSharingStandingResponse; then run `pulumi up --refresh`",
        topic=f"{share.id} waits",
    )


def as_recorded(state: ShareState) -> Notice:
    """Return the notice of a preview about a share that is recorded as pending or unconfirmed."""
    share = state.inputs
    if state.status is ShareStatus.PENDING:
        text = (
            f"At the last read, pixel {share.pixel_id} still waited for {who(state)} to accept "
            f"sharing request {state.pending_request_id}; run `pulumi up --refresh` to read the "
            f"share again"
        )
        return Notice(text, topic=f"{share.id} waits")
    if state.awaits_approval:
        return common_notices.must_approve(share)
    return Notice(
        f"The last read did not confirm all shares of {who(state)}; `pulumi up --refresh` "
        f"reads them again, and sends those that Meta does not have",
        topic=f"{share.agency_business_id} unconfirmed",
    )


def no_access(state: ShareState) -> Notice:
    how = "declined" if state.status is ShareStatus.DECLINED else "canceled"
    request = f" {state.pending_request_id}" if state.pending_request_id else ""
    return Notice(
        f"Sharing request{request} for pixel {state.inputs.pixel_id} to {who(state)} was "
        f"{how}, so the agency has no access; change `resend` to ask the agency again"
    )


def existed(
    share: ShareInputs, before: ShareState | None, observed: Observed
) -> tuple[Notice, ...]:
    """Report a share that Meta lists although this stack has not sent it."""
    agency = observed.agency
    was_sent = before is not None and before.status not in ENDED
    if agency is None or was_sent:
        return ()
    who = f"agency {agency.name} ({agency.id})" if agency.name else f"agency {agency.id}"
    fact = f"Pixel {share.pixel_id} was already shared with {who} for {named(agency.tasks)}"
    if agency.settable != share.tasks:
        fact = f"{fact}, not for {named(share.tasks)}"
    return common_notices.existed(share, fact)


def not_declared(share: ShareInputs, tasks: Iterable[str]) -> Notice:
    return Notice(
        f"Agency {share.agency_business_id} still has {named(tasks)} on pixel {share.pixel_id}, "
        f"which the program does not declare; run `pulumi up` again, which sends the declared tasks"
    )


def other_tasks(share: ShareInputs, observed: Observed) -> RefusedError:
    granted = observed.agency.tasks if observed.agency else ()
    return RefusedError(
        f"Pixel {share.pixel_id} is already shared with agency {share.agency_business_id} for "
        f"{named(granted)}, not for {named(share.tasks)}; {_IF_RENAMED}; if you swapped the ids "
        f"of two labels, change the tasks in a second run; otherwise declare the existing tasks, "
        f"or set `on_existing='overwrite'` to change them"
    )


def not_adopted(share: ShareInputs) -> RefusedError:
    return RefusedError(
        f"Pixel {share.pixel_id} is already shared with agency {share.agency_business_id}, and "
        f"`on_existing='fail'` does not let this stack adopt the share; "
        f"{_IF_RENAMED}; after a killed run, or to replace the share, set "
        f"`on_existing='adopt'` for one run; otherwise run `metapixel import` "
        f"to take the share over"
    )


def not_revoked(share: ShareInputs, tasks: Iterable[str]) -> RefusedError:
    return RefusedError(
        f"Meta still returns {named(tasks)} for {share}, although it was revoked before; declare "
        f"the task, take it away in Business Settings, or remove the share from the program, run "
        f"`pulumi up`, and declare it again, which ends its ad account permissions and may leave "
        f"the agency without access until it accepts"
    )


def not_withdrawn(state: ShareState, requests: Iterable[str] | None) -> RefusedError:
    if requests is None:
        return RefusedError(
            f"Meta had no {state.inputs.name} to remove, but {_may_accept(state)}; use the "
            f"token of an admin of the owner, or cancel the request in Business Settings and "
            f"{common_notices.remove_from_state('share')}"
        )
    return RefusedError(
        f"Sharing request {', '.join(requests)} could not be withdrawn, so {who(state)} can still "
        f"accept it and get pixel {state.inputs.pixel_id}; cancel the request in Business Settings "
        f"and run the command again, or, if the request is only for other pixels, "
        f"{common_notices.remove_from_state('share')}"
    )


def still_open(state: ShareState, requests: Iterable[str] | None) -> Notice:
    if requests is None:
        was = f"The {state.inputs.name} was removed, but {_may_accept(state)}"
        return Notice(f"{was}; check in Business Settings that no request is for this pixel")
    return Notice(
        f"Pixel {state.inputs.pixel_id} was removed from sharing request {', '.join(requests)}, "
        f"which is still open; check in Business Settings that the request is only for other "
        f"pixels, because {who(state)} can still accept it"
    )


def ended_permission(share: ShareInputs, ad_account_id: str) -> Notice:
    pixel_id, business_id = share.pixel_id, share.agency_business_id
    return Notice(
        f"Ad account {ad_account_id} lost pixel {pixel_id}, because the share of business "
        f"{business_id} ended; if the pixel is shared again, run `pulumi up --refresh`, otherwise "
        f"remove the ad account from the program",
        topic=f"{ids.permission_id(pixel_id, business_id, ad_account_id)} waits",
    )


def who(state: ShareState) -> str:
    name = f" {state.agency_name}" if state.agency_name else ""
    return f"agency{name} ({state.inputs.agency_business_id})"


def named(tasks: Iterable[str]) -> str:
    return ", ".join(without_added(tasks)) or "no task"


def _may_accept(state: ShareState) -> str:
    """Return what is possible if the requests to the agency are unread."""
    request_id = state.pending_request_id
    one = f"sharing request {request_id}" if request_id else "a sharing request"
    return f"this token may not read the owner's requests, and {who(state)} may still accept {one}"


def _must_approve(state: ShareState, observed: Observed) -> Notice:
    requests = ", ".join(observed.open_requests or ())
    if not requests:
        return common_notices.must_approve(state.inputs)
    also = f"; {who(state)} can also accept sharing request {requests}, which may be for this pixel"
    return common_notices.must_approve(state.inputs, also)


def _unconfirmed(state: ShareState, observed: Observed) -> Notice:
    """Report a share that the agency may still accept, that is absent, or that has other tasks."""
    if observed.may_be_in_open_request:
        return _may_be_in_request(state, observed.open_requests)
    share = state.inputs
    # If the agency accepted, Meta has the share, and only does not return its tasks yet.
    if observed.agency is not None or observed.request is ShareStatus.ACTIVE:
        return Notice(_other_tasks_than_sent(state, observed), topic=f"{share.id} unconfirmed")
    return common_notices.not_confirmed(share, "Meta does not return it yet")


def _may_be_in_request(state: ShareState, requests: Iterable[str] | None) -> Notice:
    share = state.inputs
    if requests is None:
        text = (
            f"The share of {share} is not confirmed, because {_may_accept(state)}; use the token "
            f"of an admin of the owner, and run `pulumi up --refresh`"
        )
        return Notice(text, topic=f"{share.id} unconfirmed")
    text = (
        f"Not all shares are confirmed, because {who(state)} can still accept sharing request "
        f"{', '.join(requests)}, which may be for these pixels; run `pulumi up --refresh` after "
        f"the request has ended, or change `resend` to send a share again"
    )
    return Notice(text, topic=f"{share.agency_business_id} unconfirmed")


def _other_tasks_than_sent(state: ShareState, observed: Observed) -> str:
    tasks = observed.tasks
    if observed.request is ShareStatus.ACTIVE:
        text = (
            f"{who(state)} accepted pixel {state.inputs.pixel_id}, but Meta does not return "
            f"exactly the accepted tasks yet; run `pulumi up --refresh` to read the share again"
        )
        return text[0].upper() + text[1:]
    if observed.request is ShareStatus.PENDING:
        return (
            f"Meta returns {named(tasks)} for {state.inputs}, although {who(state)} has not "
            f"accepted the last sharing request; the next update sends the declared tasks"
        )
    kept = state.revoking & tasks
    if kept:
        return (
            f"Meta accepted the revocation of {named(kept)} for {state.inputs}, but still returns "
            f"it; run `pulumi up --refresh` to read the share again, because an update fails while "
            f"Meta still returns the task"
        )
    lacking = named(state.inputs.tasks - tasks)
    return (
        f"Meta accepted the share of {state.inputs}, but returns it without {lacking}; run "
        f"`pulumi up --refresh`, and if {lacking} is still missing, check in Business Settings who "
        f"may grant it"
    )


def _unknown_status(state: ShareState, word: str) -> Notice:
    return Notice(
        f"Meta returns the status {word} for sharing request {state.pending_request_id}, which "
        f"pulumi-metapixel does not know, so the share of {state.inputs} counts as pending; check "
        f"the request in Business Settings, and {REPORT}"
    )


def _unknown_tasks(state: ShareState, tasks: Iterable[str]) -> Notice:
    return Notice(
        f"Meta returns {named(tasks)} for the share of {state.inputs}, which this version of "
        f"pulumi-metapixel does not know, so no plan shows it as a difference; check in Business "
        f"Settings what the agency can do with it, and {REPORT}"
    )


def _added(share: ShareInputs, tasks: frozenset[Task]) -> list[Notice]:
    """Return the notices about tasks that Meta added, some because a declared one includes them."""
    reported = []
    for task in in_order(tasks & implied_by(share.tasks)):
        sources = named(each for each in share.tasks if task in implied_by([each]))
        text = (
            f"Meta returns {task} too for {share}, because {sources} includes it; {task} remains "
            f"until the program no longer declares {sources}"
        )
        reported.append(Notice(text))
    others = tasks - implied_by(share.tasks)
    if others:
        text = (
            f"Meta added {named(others)} to the share of {share}; if the agency should have it, "
            f"declare it in `permitted_tasks`, otherwise remove it in Business Settings"
        )
        reported.append(Notice(text))
    return reported
