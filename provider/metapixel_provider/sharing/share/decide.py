"""Decisions about a share, made from its declaration, its recorded state and a read.

The tables of ARCHITECTURE.md (Lifecycles, PixelAgencyShare) list the same cases.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from metapixel_provider.sharing.nodes import Agency
from metapixel_provider.sharing.share.observe import Seen
from metapixel_provider.sharing.share.recorded import ShareState
from metapixel_provider.sharing.status import ENDED, ShareStatus
from metapixel_provider.sharing.tasks import OnExisting, Task, without

if TYPE_CHECKING:
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

    revoke: tuple[Task, ...] = ()


@dataclass(frozen=True)
class Reshare:
    """End the share and create it again, to revoke tasks that an update did not revoke."""

    revoke: tuple[Task, ...]


@dataclass(frozen=True)
class RefuseToOverwrite:
    """Fail: the share exists with other tasks, and `on_existing` does not allow a change."""


@dataclass(frozen=True)
class RefuseToAdopt:
    """Fail: the share exists, and `on_existing` does not allow its adoption."""


@dataclass(frozen=True)
class RefuseToReshare:
    """Fail: Meta still returns revoked tasks, and `allow_reshare` is not set."""

    revoke: tuple[Task, ...]


Action = Keep | Send | Reshare | RefuseToOverwrite | RefuseToAdopt | RefuseToReshare


def create(declared: ShareInputs, seen: Seen, ours: bool, replaces: bool = False) -> Action:
    """Decide how to create a share.

    `ours` is True if this run dropped an older record of the share. After a refusal, the share
    would then have no record, and no later command could end it. `replaces` is True if the state
    keeps the older record until the creation has succeeded.
    """
    if seen.agency is None:
        return Send()
    if declared.on_existing == OnExisting.FAIL and not ours:
        return RefuseToAdopt()
    differs = seen.tasks != declared.tasks
    if differs and (ours or replaces or declared.on_existing == OnExisting.OVERWRITE):
        return Send(without(seen.tasks, declared.tasks))
    if declared.is_shared_by(seen.tasks):
        # The next update sends the declared tasks, which shows whether Meta implies the others.
        adopted = found(declared, seen.agency, seen.open_requests)
        return Keep(replace(adopted, inputs=declared))
    return RefuseToOverwrite()


def found(
    declared: ShareInputs, agency: Agency, open_requests: tuple[str, ...] | None = ()
) -> ShareState:
    """Return the state to record for a share that Meta returns and that has no record yet."""
    state = ShareState(replace(declared, tasks=agency.settable), ShareStatus.UNCONFIRMED)
    if open_requests:
        return state.unconfirmed(agency)
    return state.active(agency, agency.settable)


def read(state: ShareState, seen: Seen) -> ShareState | None:
    """Return the state that a refresh records, or None if the share no longer exists."""
    if seen.request is ShareStatus.PENDING:
        if seen.agency is None or state.inputs.is_shared_by(seen.tasks):
            return replace(state, status=ShareStatus.PENDING, granted_tasks=())
        # The tasks differ from those in the request, so somebody shared the asset by hand.
        drifted = replace(state, inputs=replace(state.inputs, tasks=seen.tasks))
        return drifted.unconfirmed(seen.agency)
    if seen.agency is None:
        return _absent(state, seen)
    if seen.open_requests or (
        state.status is ShareStatus.UNCONFIRMED and not state.is_confirmed_by(seen.agency)
    ):
        return state.unconfirmed(seen.agency)
    return state.active(seen.agency, _tasks_to_record(state, seen))


def update(declared: ShareInputs, state: ShareState, seen: Seen) -> Action:
    """Decide how to change an existing or requested share to the declared one."""
    resend = declared.resend != state.inputs.resend
    revoke = without((*state.inputs.tasks, *state.revoking), declared.tasks)
    if seen.request is ShareStatus.PENDING:
        if resend or declared.tasks != state.inputs.tasks:
            return Send(revoke)
        return Keep(replace(state, inputs=declared, status=ShareStatus.PENDING, granted_tasks=()))
    if seen.agency is None:
        absent = _absent(state, seen)
        if absent is not None and absent.status in NO_ACCESS and not resend:
            return Keep(replace(absent, inputs=declared))
        return Send(revoke)

    excess = _excess(declared, state, seen)
    lacking = without(declared.tasks, seen.tasks)
    unconfirmed = state.status is ShareStatus.UNCONFIRMED
    # The last write may still take effect, so a different declaration has to be sent after it.
    superseded = unconfirmed and state.inputs.tasks != declared.tasks
    # A program that changes `resend` also repeats a write that another admin has not approved.
    asked = bool(seen.open_requests) or (state.awaits_approval and bool(excess))
    if lacking or superseded or (asked and resend):
        return Send(without((*revoke, *excess), declared.tasks))
    if not excess:
        kept = replace(state, inputs=declared)
        if seen.open_requests:
            return Keep(kept.unconfirmed(seen.agency))
        return Keep(kept.active(seen.agency, declared.tasks))
    if not unconfirmed or state.unanswered or without(excess, state.revoking):
        return Send(without((*revoke, *excess), declared.tasks))
    return Reshare(excess) if declared.allow_reshare else RefuseToReshare(excess)


def may_ask_again(declared: ShareInputs, state: ShareState, seen: Seen) -> bool:
    """Return whether a change of `resend` alone would make an update send the share."""
    same, other = (
        update(replace(declared, resend=resend), state, seen)
        for resend in (state.inputs.resend, f"not {state.inputs.resend}")
    )
    return isinstance(same, Keep) and isinstance(other, Send)


def may_reshare(declared: ShareInputs, state: ShareState) -> bool:
    """Return whether an update would reshare if Meta still returned the revoked tasks."""
    kind = state.inputs.asset.kind
    returned = Agency(state.inputs.agency_business_id, "", declared.tasks + state.revoking, kind)
    return isinstance(update(declared, state, Seen(returned)), Reshare)


def _absent(state: ShareState, seen: Seen) -> ShareState | None:
    """Return the state of a share that is not in the list of agencies, or None if it is deleted."""
    if seen.request in ENDED:
        return replace(state, status=seen.request, granted_tasks=(), awaits_approval=False)
    if seen.request is ShareStatus.ACTIVE or seen.open_requests or state.awaits_approval:
        return replace(
            state, status=ShareStatus.UNCONFIRMED, granted_tasks=(), pending_request_id=""
        )
    if state.status is ShareStatus.UNCONFIRMED and seen.open_requests is None:
        return state
    if state.status in (ShareStatus.ACTIVE, ShareStatus.UNCONFIRMED):
        return None
    if state.status is ShareStatus.PENDING:
        return replace(state, status=ShareStatus.CANCELED, granted_tasks=())
    return state


def _tasks_to_record(state: ShareState, seen: Seen) -> tuple[Task, ...]:
    """Return the tasks that a refresh records as declared, so that the next plan shows drift.

    Tasks that Meta added by itself are omitted. In the first read after a write of the provider,
    these are the tasks that the program never declared. In later reads, they are the tasks in
    `state.added`.
    """
    if state.status is ShareStatus.ACTIVE:
        return without(seen.tasks, state.added)
    if seen.request in ENDED or state.status in ENDED:
        return seen.tasks
    ours = {*state.inputs.tasks, *state.ending}
    return tuple(task for task in seen.tasks if task in ours)


def _excess(declared: ShareInputs, state: ShareState, seen: Seen) -> tuple[Task, ...]:
    """Return the tasks that Meta returns, but that have to be revoked."""
    kept = set(_tasks_to_record(state, seen))
    return tuple(task for task in seen.tasks if task in kept and task not in declared.tasks)
