"""Decisions about a share, made from its declaration, its recorded state and a read.

The tables of ARCHITECTURE.md (Lifecycles, PixelAgencyShare) list the same cases.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from metapixel_provider.sharing.nodes import Agency
from metapixel_provider.sharing.possible import Refusal
from metapixel_provider.sharing.share.observe import UNREAD, Observed
from metapixel_provider.sharing.share.records import ShareInputs, ShareState
from metapixel_provider.sharing.status import ENDED, ShareStatus
from metapixel_provider.sharing.tasks import OnExisting, Task, settable

#: The agency declined, or the request was withdrawn. Only a change of `resend` sends another one.
DECLINED_OR_CANCELED = frozenset({ShareStatus.DECLINED, ShareStatus.CANCELED})


@dataclass(frozen=True)
class Keep:
    """Write nothing, and record this state."""

    state: ShareState


@dataclass(frozen=True)
class Send:
    """Send the share with the declared tasks. The write should revoke the tasks in `revoke`."""

    revoke: frozenset[Task] = frozenset()


@dataclass(frozen=True)
class Refuse:
    """Fail. `tasks` are the tasks that an update has revoked and Meta still returns."""

    reason: Refusal
    tasks: frozenset[Task] = frozenset()


Action = Keep | Send | Refuse


def create(
    declared: ShareInputs, observed: Observed, is_recorded: bool = False, is_dropped: bool = False
) -> Action:
    """Decide how to create a share: send it if it does not exist, otherwise as follows.

    If this run has dropped its record (`is_dropped`), update it. Otherwise, "fail" refuses it. If
    the state keeps its record until the creation has succeeded (`is_recorded`), or with
    "overwrite", update it. Otherwise, adopt it with the declared tasks, and refuse other tasks.
    """
    existing = existing_state(declared, observed)
    if existing is None:
        return Send()
    if is_dropped:
        # A refusal, even with `on_existing="fail"`, would leave access that no record contains.
        return update(declared, existing, observed)
    if declared.on_existing == OnExisting.FAIL:
        return Refuse(Refusal.EXISTS)
    if is_recorded or declared.on_existing == OnExisting.OVERWRITE:
        return update(declared, existing, observed)
    if declared.is_shared_by(observed.tasks):
        # The record counts the implied tasks as declared before, so the next update revokes them.
        # If Meta still returns them then, it implies them.
        return Keep(existing)
    return Refuse(Refusal.OTHER_TASKS)


def existing_state(declared: ShareInputs, observed: Observed) -> ShareState | None:
    """Return the state to record for a share without a record, or None if it does not exist."""
    if observed.agency is None:
        return None
    # It counts as a share that was sent with the tasks that Meta returns.
    as_returned = replace(declared, tasks=observed.tasks)
    return read(ShareState(as_returned, ShareStatus.UNCONFIRMED), observed)


def read(state: ShareState, observed: Observed) -> ShareState | None:
    """Return the state that a refresh records, or None if the share no longer exists.

    An agency that is absent, or is listed before it accepts, has no access. The share of any other
    agency is active, unless a request may be open, or an unconfirmed write has no effect yet.
    """
    tasks = observed.tasks
    is_requested = observed.request is ShareStatus.PENDING
    # Meta may list a share that the agency still has to accept.
    is_listed_early = is_requested and state.is_requested_for(tasks)
    if observed.agency is None or is_listed_early:
        return _state_without_access(state, observed)
    if is_requested:
        # The tasks differ from those in the request, so somebody shared the pixel by hand.
        drifted = replace(state, inputs=replace(state.inputs, tasks=tasks))
        return _unconfirmed(drifted, observed)
    if observed.may_be_in_open_request:
        # Even a confirmed share may be listed while the agency still has to accept it.
        return _unconfirmed(state, observed)
    shows_last_write = tasks >= state.inputs.tasks and not tasks & state.ending
    if state.status is ShareStatus.UNCONFIRMED and not shows_last_write:
        return _unconfirmed(state, observed)
    return state.active(observed.agency, tasks - _added_by_meta(state, observed))


def update(declared: ShareInputs, state: ShareState, observed: Observed) -> Action:
    """Decide how to change an existing or requested share to the declared one.

    If the agency has no access, send it. But with the recorded `resend`, keep it if the agency
    declined, the request was withdrawn, or the agency may still accept exactly the declared tasks.
    """
    # While a request is open, Meta may list an agency that still has to accept.
    if observed.agency is not None and observed.request is not ShareStatus.PENDING:
        return _change(declared, state, observed, observed.agency)
    as_read = _state_without_access(state, observed)
    if as_read is not None and declared.resend == state.inputs.resend:
        # If the agency declined or the request was withdrawn, other tasks do not matter.
        is_refused = as_read.status in DECLINED_OR_CANCELED
        may_accept_declared = as_read.may_await_agency and declared.tasks == state.inputs.tasks
        if is_refused or may_accept_declared:
            return Keep(replace(as_read, inputs=declared))
    return Send(revoke=(state.inputs.tasks | state.revoking) - declared.tasks)


def _change(declared: ShareInputs, state: ShareState, observed: Observed, agency: Agency) -> Action:
    """Decide how to change a share whose agency has access.

    Send it if `_has_to_be_sent`, otherwise keep it if no task has to be revoked. Refuse to repeat
    a revocation that Meta accepted, unless a new `resend` asks the admin again who must approve it.
    """
    undeclared = observed.tasks - declared.tasks - _added_by_meta(state, observed)
    send = Send((state.inputs.tasks | state.revoking | undeclared) - declared.tasks)
    if _has_to_be_sent(declared, state, observed):
        return send
    if not undeclared:
        unchanged = replace(state, inputs=declared)
        if observed.may_be_in_open_request:
            return Keep(_unconfirmed(unchanged, observed))
        return Keep(unchanged.active(agency, declared.tasks))
    was_accepted = state.status is ShareStatus.UNCONFIRMED and not state.is_write_in_doubt
    was_revoked = was_accepted and undeclared <= state.revoking
    asks_admin_again = state.awaits_approval and declared.resend != state.inputs.resend
    if was_revoked and not asks_admin_again:
        return Refuse(Refusal.NOT_REVOKED, undeclared)
    return send


def _has_to_be_sent(declared: ShareInputs, state: ShareState, observed: Observed) -> bool:
    """Return whether the tasks have to be sent, even if none of them has to be revoked."""
    if declared.tasks - observed.tasks:
        return True  # The agency lacks tasks.
    is_changed = declared.tasks != state.inputs.tasks
    if is_changed and state.status is ShareStatus.UNCONFIRMED:
        return True  # The last write may still take effect, so the change has to be sent after it.
    # The agency has the declared tasks, so a new `resend` repeats only a request that may wait.
    return observed.may_be_in_open_request and declared.resend != state.inputs.resend


def needs_update(declared: ShareInputs, state: ShareState) -> bool:
    """Return whether an update has to read the share, although no input may have changed."""
    if state.status in DECLINED_OR_CANCELED:
        return declared.resend != state.inputs.resend
    if state.status is ShareStatus.EXPIRED:
        return True
    if state.status is ShareStatus.PENDING:
        return False  # The agency has to answer first.
    is_unconfirmed = state.status is ShareStatus.UNCONFIRMED
    if is_unconfirmed and state.is_write_in_doubt:
        return True  # What Meta may not have received is sent again.
    if is_unconfirmed and state.awaits_approval:
        return False  # An update cannot replace the approval of another admin.
    may_change = bool(state.revoking or state.pending_request_id)
    granted = settable(state.granted_tasks) - state.added
    is_as_declared = granted == state.inputs.tasks == declared.tasks
    return may_change or not is_as_declared


def is_updated_by_creation(before: ShareState) -> bool:
    """Return whether a creation updates the refreshed record, so that nobody is asked twice."""
    return before.may_await_agency or before.status in DECLINED_OR_CANCELED


def last_observed(state: ShareState) -> Observed:
    """Return the result of the last read: the tasks of the agency, or its open request."""
    if state.status is ShareStatus.PENDING:
        return Observed(request=ShareStatus.PENDING)
    if state.status in ENDED or not state.granted_tasks:
        return Observed()
    agency_id = state.inputs.agency_business_id
    return Observed(Agency(agency_id, state.agency_name, state.granted_tasks))


def _state_without_access(state: ShareState, observed: Observed) -> ShareState | None:
    """Return the state of a share whose agency has no access, or None if the share is deleted.

    The status of its request decides first, and then the record.
    """
    if observed.request is ShareStatus.PENDING:
        return replace(state, status=ShareStatus.PENDING, granted_tasks=())
    if observed.request in ENDED:
        return replace(state, status=observed.request, granted_tasks=(), awaits_approval=False)
    if observed.request is ShareStatus.ACTIVE:
        return _unconfirmed(state, observed)  # The agency accepted, so Meta should list it soon.
    return _state_without_request(state, observed)


def _state_without_request(state: ShareState, observed: Observed) -> ShareState | None:
    """Decide from the record, because the request is purged or unread, or none is recorded."""
    if state.status in ENDED:
        return state
    if observed.may_be_in_open_request or state.awaits_approval:
        return _unconfirmed(state, observed)  # The agency or another admin may still give access.
    if state.may_await_agency:
        # The recorded request is not unread, so Meta no longer has it: it was withdrawn.
        return replace(state, status=ShareStatus.CANCELED, granted_tasks=())
    return None  # The share is deleted: no request and no admin can still give access.


def _unconfirmed(state: ShareState, observed: Observed) -> ShareState:
    """Return the state of an unconfirmed share. A request that is unread stays recorded."""
    # A write that Meta may not have received is in doubt until a read shows its effect.
    is_in_doubt = state.is_write_in_doubt and not state.has_taken_effect(observed.agency)
    found = replace(state, status=ShareStatus.UNCONFIRMED, is_write_in_doubt=is_in_doubt)
    if observed.request is not UNREAD:
        found = replace(found, pending_request_id="")
    if observed.agency is None:
        return replace(found, granted_tasks=())
    return replace(found, granted_tasks=observed.agency.tasks, agency_name=observed.agency.name)


def _added_by_meta(state: ShareState, observed: Observed) -> frozenset[Task]:
    """Return the tasks that Meta added by itself. All others that are not declared are drift."""
    if state.status is ShareStatus.ACTIVE:
        return state.added
    if observed.request in ENDED or state.status in ENDED:
        return frozenset()  # The request ended without access, so somebody else gave the tasks.
    # In the first read after a write, Meta added every task that was neither sent nor revoked.
    return observed.tasks - state.inputs.tasks - state.ending
