"""Writes that create, change or end a share, and the reads that confirm them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from metapixel_provider.errors import (
    GraphError,
    InvalidParameterError,
    NotVisibleError,
    RefusedError,
)
from metapixel_provider.sharing import writes
from metapixel_provider.sharing.contract import Notice
from metapixel_provider.sharing.sending import Sent, confirming, removal_needs_approval, send
from metapixel_provider.sharing.share import decide, notices
from metapixel_provider.sharing.share.observe import (
    Seen,
    agency_until,
    listed_until_absent,
    open_requests,
    stays_open,
)
from metapixel_provider.sharing.share.recorded import ShareState
from metapixel_provider.sharing.status import ShareStatus
from metapixel_provider.sharing.tasks import without

if TYPE_CHECKING:
    from metapixel_provider.sharing.meta import Meta
    from metapixel_provider.sharing.nodes import Agency
    from metapixel_provider.sharing.share.declared import ShareInputs
    from metapixel_provider.sharing.tasks import Task


#: The errors that may mean that there is no share to remove.
_NOTHING_TO_REMOVE = (InvalidParameterError, NotVisibleError)


@dataclass(frozen=True)
class Result:
    """The state after a write, and the notices for the user."""

    state: ShareState
    notices: tuple[Notice, ...] = ()


def carry_out(
    meta: Meta,
    declared: ShareInputs,
    before: ShareState | None,
    seen: Seen,
    action: decide.Action,
) -> Result:
    """Carry out a decision, which is based on the recorded state `before` and the read `seen`.

    Raises RefusedError if the decision is a refusal. Also raises the errors of `share`.
    """
    match action:
        case decide.Keep(state, ended=True):
            return Result(state, (notices.has_ended(state.inputs),))
        case decide.Keep(state):
            reported = notices.of(state, seen, before)
            if state.status in decide.NO_ACCESS:
                reported = [notices.declined(state)]
            kept = without(seen.tasks, declared.tasks) if before is None else ()
            if kept:
                reported.append(notices.not_declared(declared, kept))
            return Result(state, tuple(reported))
        case decide.Send(revoke, tasks):
            sent = replace(declared, tasks=tasks or declared.tasks)
            return share(meta, sent, before, seen.agency, revoke)
        case decide.RefuseToOverwrite():
            raise notices.other_tasks(declared, seen)
        case decide.RefuseToAdopt():
            raise notices.not_adopted(declared)
        case decide.RefuseToRevoke(revoke):
            raise notices.not_revoked(declared, revoke)


def share(
    meta: Meta,
    declared: ShareInputs,
    before: ShareState | None,
    listed: Agency | None,
    revoke: tuple[Task, ...],
) -> Result:
    """Send the declared tasks and read them back.

    `listed` is the agency as it was read before the write. `revoke` contains the tasks that the
    write should revoke. Raises GraphError only if Meta refused the first attempt. Later errors
    become a notice, because after an exception the engine would keep the old state, or no state at
    all.
    """
    state = ShareState.after_write(declared, before, listed, revoke)
    sent = _send(meta, state)
    accepted = sent.accepted
    # An earlier write can still be approved, until a read returns the share.
    earlier = before is not None and before.awaits_approval
    if accepted is None:
        state = replace(state, unanswered=True)
        if before is not None and earlier:
            # The earlier inputs are kept, so that the next plan is an update.
            state = replace(state, inputs=before.inputs, awaits_approval=True)
        return Result(state, (notices.not_confirmed(declared, sent.error or "no answer"),))
    state = replace(state, awaits_approval=accepted.needs_approval or earlier)
    if accepted.request_id:
        state = _with_date_and_name(meta, state.waiting(accepted.request_id), before)
    if accepted.request_id or accepted.needs_approval:
        return Result(state, tuple(notices.of(state, None)))
    try:
        agency = agency_until(meta, declared, state.is_exactly_confirmed_by)
        # Only the answer to a write states whether the agency has to accept the share.
        asked = () if sent.answered else open_requests(meta, declared, after_write=True)
    except GraphError as error:
        return Result(state, (notices.not_confirmed(declared, error),))
    seen, state = Seen(agency, open_requests=asked), state.read_back(agency, asked)
    return Result(state, tuple(notices.of(state, seen, before)))


def unshare(meta: Meta, declared: ShareInputs, may_wait: Callable[[], bool]) -> bool:
    """Remove a share, or remove its pixel from an open sharing request.

    If Meta does not report success, the list of agencies is read. This list may lack a share in an
    open request, so `may_wait` reads whether an open request may include the share. Returns True if
    Meta had nothing to remove. Raises GraphError if the share exists or may exist, and RefusedError
    if another admin has to approve the removal.
    """

    def had_effect() -> bool:
        return not (listed_until_absent(meta, declared) or may_wait())

    try:
        sent = send(
            meta, writes.unshare(declared.pixel_id, declared.agency_business_id), had_effect
        )
    except _NOTHING_TO_REMOVE as refusal:
        with _confirming(declared):
            # Meta may list a share that is pending.
            exists = listed_until_absent(meta, declared) and not may_wait()
        if exists:
            raise refusal from None
        return True
    if sent.accepted is not None and sent.accepted.needs_approval:
        raise removal_needs_approval(
            f"agency {declared.agency_business_id} from pixel {declared.pixel_id}"
        )
    if sent.error is None:
        return False
    if isinstance(sent.error, _NOTHING_TO_REMOVE):
        with _confirming(declared):
            exists = listed_until_absent(meta, declared)
        if not exists:
            return False  # An earlier attempt, whose answer was lost, removed the share.
    raise sent.error


def delete(meta: Meta, state: ShareState) -> tuple[Notice, ...]:
    """End a share, whatever its recorded status is, so that nobody can accept it later.

    If a request that may include the share is still open, the result depends on Meta's answer. If
    Meta had nothing to remove, RefusedError is raised. If Meta removed the share, a warning is
    returned. The same applies to a share that waits for the approval of another admin.
    """

    def requests() -> tuple[str, ...]:
        """Return the open requests that may still include the share."""
        if state.status is ShareStatus.UNCONFIRMED:
            return open_requests(meta, state.inputs, after_write=True) or ()
        request_id = state.pending_request_id
        waits = state.status is ShareStatus.PENDING and stays_open(meta, state.inputs, request_id)
        return (request_id,) if waits else ()

    nothing_removed = unshare(meta, state.inputs, lambda: bool(requests()))
    with _confirming(state.inputs):
        still_open = requests()
        if not (nothing_removed or still_open):
            _check_removed(meta, state.inputs)
    reported = _still_open(state, still_open, nothing_removed) if still_open else ()
    if not state.awaits_approval:
        return reported
    if nothing_removed:
        raise notices.approval_not_withdrawn(state)
    return (*reported, notices.check_approvals(state))


def _check_removed(meta: Meta, share: ShareInputs) -> None:
    """Raise RefusedError if Meta still lists a share that it reported as removed."""
    # One read of the pixel serves all its shares that are deleted at the same time.
    if agency_until(meta, share, lambda agency: agency is None):
        raise notices.not_removed(share)


def _confirming(share: ShareInputs) -> AbstractContextManager[None]:
    return confirming(f"agency {share.agency_business_id} is removed from pixel {share.pixel_id}")


def _send(meta: Meta, state: ShareState) -> Sent:
    """Send the share. Return Meta's answer, or an empty answer if a read found the share."""
    declared, is_expected = state.inputs, state.is_exactly_confirmed_by

    def had_effect() -> bool:
        # A share that waits for the agency is not listed. If it is sent again, Meta adds the pixel
        # to the open request (guide, step 1) and does not create a second request.
        return is_expected(agency_until(meta, declared, is_expected))

    write = writes.share(declared.pixel_id, declared.agency_business_id, declared.tasks)
    return send(meta, write, had_effect)


def _with_date_and_name(meta: Meta, state: ShareState, before: ShareState | None) -> ShareState:
    if before is None or before.pending_request_id != state.pending_request_id:
        state = replace(state, requested_on=datetime.now(UTC).date().isoformat())
    try:
        name = meta.business_name(state.inputs.agency_business_id)
    except GraphError:
        return state
    return replace(state, agency_name=name)


def _still_open(
    state: ShareState, open_ids: tuple[str, ...], nothing_removed: bool
) -> tuple[Notice, ...]:
    agency, requests = notices.who(state), ", ".join(open_ids)
    pixel_id = state.inputs.pixel_id
    if nothing_removed:
        raise RefusedError(
            f"Sharing request {requests} could not be withdrawn, so {agency} can still accept it "
            f"and get pixel {pixel_id}; cancel the request in Business Settings and run the "
            f"command again, or, if the request is only for other pixels, "
            f"{notices.REMOVE_FROM_STATE}"
        )
    text = (
        f"Pixel {pixel_id} was removed from sharing request {requests}, which is still open; "
        f"check in Business Settings that the request is only for other pixels, because {agency} "
        f"can still accept it"
    )
    return (Notice(text),)
