"""Decisions about a share, made from its declaration, its recorded state and a read.

The tables of ARCHITECTURE.md (Lifecycles, PixelAgencyShare) list the same cases.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from metapixel_provider.sharing.nodes import Agency
from metapixel_provider.sharing.share.observe import UNREAD, Observed
from metapixel_provider.sharing.share.recorded import ShareState
from metapixel_provider.sharing.status import ENDED, ShareStatus
from metapixel_provider.sharing.tasks import OnExisting, Task

if TYPE_CHECKING:
    from metapixel_provider.sharing.sending import Remaining
    from metapixel_provider.sharing.share.declared import ShareInputs

#: The agency declined, or the request was withdrawn. Only a change of `resend` sends another one.
NO_ACCESS = frozenset({ShareStatus.DECLINED, ShareStatus.CANCELED})


@dataclass(frozen=True)
class Keep:
    """Write nothing, and record this state."""

    state: ShareState


@dataclass(frozen=True)
class Send:
    """Send the share with the declared tasks. The write should revoke the tasks in `revoke`."""

    revoke: frozenset[Task] = frozenset()


@dataclass(frozen=True)
class RefuseToOverwrite:
    """Fail: the share exists with other tasks, and `on_existing` does not allow a change."""


@dataclass(frozen=True)
class RefuseToAdopt:
    """Fail: the share exists, and `on_existing` does not allow its adoption."""


@dataclass(frozen=True)
class RefuseToRevoke:
    """Fail: Meta still returns tasks that an update has revoked."""

    revoke: frozenset[Task]


Action = Keep | Send | RefuseToOverwrite | RefuseToAdopt | RefuseToRevoke


def create(
    declared: ShareInputs,
    observed: Observed,
    replaces: bool = False,
    is_dropped: bool = False,
) -> Action:
    """Decide how to create a share.

    `replaces` is True if the state keeps an older record of the share until the creation has
    succeeded, and `is_dropped` if this run has dropped one.
    """
    if observed.agency is None:
        return Send()
    if declared.on_existing == OnExisting.FAIL and not is_dropped:
        return RefuseToAdopt()
    existing = found(declared, observed.agency, observed.open_requests)
    may_change = replaces or is_dropped or declared.on_existing == OnExisting.OVERWRITE
    if may_change and observed.tasks != declared.tasks:
        return update(declared, existing, observed)
    if declared.is_shared_by(observed.tasks):
        # The next update sends the declared tasks, which shows whether Meta implies the others.
        return Keep(replace(existing, inputs=declared))
    return RefuseToOverwrite()


def found(
    declared: ShareInputs, agency: Agency, open_requests: tuple[str, ...] | None = ()
) -> ShareState:
    """Return the state to record for a share that Meta returns and that has no record yet."""
    state = ShareState(replace(declared, tasks=agency.settable), ShareStatus.UNCONFIRMED)
    if open_requests != ():
        return state.unconfirmed(agency)
    return state.active(agency, agency.settable)


def read(state: ShareState, observed: Observed) -> ShareState | None:
    """Return the state that a refresh records, or None if the share no longer exists."""
    if observed.request is ShareStatus.PENDING:
        if observed.agency is None or state.inputs.is_shared_by(observed.tasks):
            return replace(state, status=ShareStatus.PENDING, granted_tasks=())
        # The tasks differ from those in the request, so somebody shared the pixel by hand.
        drifted = replace(state, inputs=replace(state.inputs, tasks=observed.tasks))
        return drifted.unconfirmed(observed.agency)
    if observed.agency is None:
        return _absent(state, observed)
    if observed.may_wait or (
        state.status is ShareStatus.UNCONFIRMED and not state.is_confirmed_by(observed.agency)
    ):
        return state.unconfirmed(observed.agency, observed.request is UNREAD)
    return state.active(observed.agency, _tasks_to_record(state, observed))


# Each row of the table in ARCHITECTURE.md has a return.
def update(declared: ShareInputs, state: ShareState, observed: Observed) -> Action:  # noqa: PLR0911
    """Decide how to change an existing or requested share to the declared one."""
    resend = declared.resend != state.inputs.resend
    revoke = (state.inputs.tasks | state.revoking) - declared.tasks
    if observed.request is ShareStatus.PENDING:
        if resend or declared.tasks != state.inputs.tasks:
            return Send(revoke)
        return Keep(replace(state, inputs=declared, status=ShareStatus.PENDING, granted_tasks=()))
    if observed.agency is None:
        absent = _absent(state, observed)
        if absent is not None and not resend:
            may_wait = absent.may_wait and declared.tasks == state.inputs.tasks
            if may_wait or absent.status in NO_ACCESS:
                return Keep(replace(absent, inputs=declared))
        return Send(revoke)

    # The tasks that Meta returns, but that have to be revoked.
    excess = _tasks_to_record(state, observed) - declared.tasks
    lacking = declared.tasks - observed.tasks
    unconfirmed = state.status is ShareStatus.UNCONFIRMED
    # The last write may still take effect, so a different declaration has to be sent after it.
    superseded = unconfirmed and state.inputs.tasks != declared.tasks
    # A program that changes `resend` also repeats a write that another admin has not approved.
    asked = observed.may_wait or (state.awaits_approval and bool(excess))
    if lacking or superseded or (asked and resend):
        return Send(revoke | excess)
    if not excess:
        kept = replace(state, inputs=declared)
        if observed.may_wait:
            return Keep(kept.unconfirmed(observed.agency, observed.request is UNREAD))
        return Keep(kept.active(observed.agency, declared.tasks))
    if not unconfirmed or state.unanswered or excess - state.revoking:
        return Send(revoke | excess)
    return RefuseToRevoke(excess)


def is_deleted(state: ShareState, left: Remaining, succeeded: bool) -> bool:
    """Return whether a share counts as deleted. See `remove` for `left` and `succeeded`.

    Otherwise, the agency may still accept a request, or another admin may approve the share.
    """
    return succeeded or (left.requests == () and not state.awaits_approval)


def last_observed(state: ShareState) -> Observed:
    """Return the result of the last read: the tasks of the agency, or its open request."""
    if state.status is ShareStatus.PENDING:
        return Observed(request=ShareStatus.PENDING)
    if state.status in ENDED or not state.granted_tasks:
        return Observed()
    agency_id = state.inputs.agency_business_id
    return Observed(Agency(agency_id, state.agency_name, state.granted_tasks))


def _absent(state: ShareState, observed: Observed) -> ShareState | None:
    """Return the state of a share that is not in the list of agencies, or None if it is deleted."""
    if observed.request in ENDED:
        return replace(state, status=observed.request, granted_tasks=(), awaits_approval=False)
    if state.status in ENDED and observed.request is not ShareStatus.ACTIVE:
        return state
    if observed.request is ShareStatus.ACTIVE or observed.may_wait or state.awaits_approval:
        return state.unconfirmed(None, observed.request is UNREAD)
    if state.may_wait:
        return replace(state, status=ShareStatus.CANCELED, granted_tasks=())
    return None


def _tasks_to_record(state: ShareState, observed: Observed) -> frozenset[Task]:
    """Return the tasks that a refresh records as declared, so that the next plan shows drift.

    Tasks that Meta added by itself are omitted. In the first read after a write of the provider,
    these are the tasks that the program never declared. In later reads, they are the tasks in
    `state.added`.
    """
    if state.status is ShareStatus.ACTIVE:
        return observed.tasks - state.added
    if observed.request in ENDED or state.status in ENDED:
        return observed.tasks
    return observed.tasks & (state.inputs.tasks | state.ending)
