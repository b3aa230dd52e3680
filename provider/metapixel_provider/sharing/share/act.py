"""Writes that create, change or end a share, and the reads that confirm them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from metapixel_provider.errors import GraphError, InvalidParameterError, NotVisibleError
from metapixel_provider.sharing import common_notices, writes
from metapixel_provider.sharing.days import today
from metapixel_provider.sharing.possible import Refusal
from metapixel_provider.sharing.sending import Remaining, remove, send
from metapixel_provider.sharing.share import decide, observe, share_notices
from metapixel_provider.sharing.share.observe import UNREAD, Observed
from metapixel_provider.sharing.share.records import ShareInputs, ShareState
from metapixel_provider.sharing.status import ShareStatus

if TYPE_CHECKING:
    from metapixel_provider.sharing.contract import Notice, Outcome
    from metapixel_provider.sharing.meta import Meta
    from metapixel_provider.sharing.nodes import Agency, WriteResult
    from metapixel_provider.sharing.tasks import Task


def carry_out(
    meta: Meta,
    declared: ShareInputs,
    before: ShareState | None,
    observed: Observed,
    action: decide.Action,
) -> Outcome:
    """Carry out a decision. Raises RefusedError if it is a refusal."""
    match action:
        case decide.Keep(state):
            reported = _notices_without_a_write(declared, before, observed, state)
            outcome = with_pixel_name(meta, state).outcome(*reported)
        case decide.Send(revoke):
            outcome = share(meta, declared, before, observed.agency, revoke)
        case decide.Refuse(Refusal.OTHER_TASKS):
            raise share_notices.other_tasks(declared, observed)
        case decide.Refuse(Refusal.EXISTS):
            raise share_notices.not_adopted(declared)
        case decide.Refuse(_, tasks):  # Refusal.NOT_REVOKED
            raise share_notices.not_revoked(declared, tasks)
    return replace(outcome, existed=share_notices.existed(declared, before, observed))


def _notices_without_a_write(
    declared: ShareInputs, before: ShareState | None, observed: Observed, state: ShareState
) -> list[Notice]:
    if state.status in decide.DECLINED_OR_CANCELED:
        # Every update repeats this, and not only the first read that shows it.
        return [share_notices.no_access(state)]
    reported = share_notices.of(state, observed, before)
    undeclared = observed.tasks - declared.tasks
    if before is None and undeclared:
        # An adoption: an update would have revoked these tasks, or knows that Meta added them.
        reported.append(share_notices.not_declared(declared, undeclared))
    return reported


def share(
    meta: Meta,
    declared: ShareInputs,
    before: ShareState | None,
    listed: Agency | None,
    revoke: frozenset[Task],
) -> Outcome:
    """Send the declared tasks and read them back. See `ShareState.after_write`.

    Raises GraphError only if Meta refused the first attempt. Later errors become a notice, because
    after an exception the engine would keep the old state, or no state at all.
    """
    written = ShareState.after_write(declared, before, listed, revoke)
    is_confirmed = partial(_is_confirmed, written, listed)
    read = partial(observe.read_after_write, meta, declared, is_confirmed)
    write = writes.share(declared.pixel_id, declared.agency_business_id, declared.tasks)
    # A share that waits for the agency is not listed. If it is sent again, Meta adds the pixel to
    # the open request (guide, step 1) and does not create a second request.
    sent = send(meta, write, read, lambda observed: is_confirmed(observed.agency))
    if sent.error is not None:
        # If Meta listed the sent tasks even before the write, the record looks confirmed. Without a
        # doubt, the next update would not read the share.
        is_in_doubt = sent.answer is None or written.has_taken_effect(listed)
        state = with_pixel_name(meta, replace(written, is_write_in_doubt=is_in_doubt))
        return state.outcome(common_notices.not_confirmed(declared, sent.error))
    observed = sent.found or Observed()
    if sent.answer is not None and sent.found is None:
        # Nothing was read, because somebody else has to act first.
        state = _waiting_state(meta, written, before, sent.answer)
    else:
        # `decide.read` returns None for an absent share, but after a write, it may still appear.
        state = decide.read(written, observed) or replace(written, granted_tasks=())
    reported = share_notices.of(state, observed, before)
    return with_pixel_name(meta, state).outcome(*reported)


def _is_confirmed(written: ShareState, listed: Agency | None, found: Agency | None) -> bool:
    """Return whether a read shows the effect of a write. Before it, the agency was `listed`."""
    allowed = written.inputs.tasks | written.added
    has_to_lose_tasks = listed is not None and not listed.settable <= allowed
    if has_to_lose_tasks and found == listed:
        return False  # The read may be outdated.
    return written.has_taken_effect(found)


def with_pixel_name(meta: Meta, state: ShareState) -> ShareState:
    """Return the state with the name of the pixel. It is read if the state has none."""
    if not state.pixel_name:
        with suppress(GraphError):
            return replace(state, pixel_name=meta.pixel(state.inputs.pixel_id).name)
    return state


def delete(meta: Meta, state: ShareState) -> list[Notice]:
    """End a share, whatever its recorded status is, so that nobody can accept it later.

    If a request that may include the share is still open or unread, the result is a warning if Meta
    reported success, and otherwise an error. If another admin may approve the share, it is a
    warning, too. Without a reported success, `remove` raises the error.
    """
    share = state.inputs
    write = writes.unshare(share.pixel_id, share.agency_business_id)
    nothing_to_remove = (InvalidParameterError, NotVisibleError)
    remaining = remove(meta, write, share, partial(_remaining, meta, state), nothing_to_remove)
    reported: list[Notice] = []
    if remaining.may_be_accepted:
        if not remaining.was_removed:
            raise share_notices.not_withdrawn(state, remaining.requests)
        # The request may be for other pixels of the owner.
        reported.append(share_notices.still_open(state, remaining.requests))
    if state.awaits_approval:
        reported.append(common_notices.removed_unapproved(share))
    return reported


def _remaining(meta: Meta, state: ShareState, answered: bool) -> Remaining:
    """Read what is left after a deletion. `answered` is True if Meta answered it."""
    requests = _open_requests(meta, state)
    if requests and state.status is ShareStatus.PENDING:
        # Meta may list a pending share, so its list of agencies does not matter.
        return Remaining(requests=requests)
    # Without an answer, the agency may be absent only from an outdated list.
    agency = observe.agency(meta, state.inputs, lambda it: it is None, doubt_absence=not answered)
    is_listed = agency is not None
    return Remaining(is_listed, requests=requests, may_be_approved=state.awaits_approval)


def _open_requests(meta: Meta, state: ShareState) -> tuple[str, ...] | None:
    """Return the open requests that may still include a deleted share, or None if unread."""
    if state.may_await_agency:
        meta.invalidate(state.pending_request_id)
        # The deletion withdraws the request, which a read may not show at first.
        not_yet = (ShareStatus.PENDING, UNREAD)
        status, _ = observe.recorded_request_status(meta, state, unexpected=not_yet)
        if status is UNREAD:
            return None
        if status is ShareStatus.PENDING:
            return (state.pending_request_id,)
    if state.status is ShareStatus.UNCONFIRMED:
        # The share may be in a request whose id is not recorded.
        return observe.open_requests(meta, state.inputs, afresh=True)
    return ()


def _waiting_state(
    meta: Meta, state: ShareState, before: ShareState | None, answer: WriteResult
) -> ShareState:
    """Return the state after Meta answered that another admin or the agency has to act."""
    if answer.needs_approval:
        state = replace(state, awaits_approval=True)
    if not answer.request_id:
        return state
    pending = replace(
        state, status=ShareStatus.PENDING, granted_tasks=(), pending_request_id=answer.request_id
    )
    is_new_request = before is None or before.pending_request_id != answer.request_id
    if is_new_request:
        pending = replace(pending, requested_on=today().isoformat())
    with suppress(GraphError):
        agency_name = meta.business_name(state.inputs.agency_business_id)
        pending = replace(pending, agency_name=agency_name)
    return pending
