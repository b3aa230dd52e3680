"""Writes that permit an ad account on a pixel or withdraw the permission."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metapixel_provider.errors import REFUSALS, GraphError
from metapixel_provider.sharing import common_notices, writes
from metapixel_provider.sharing.permission import decide, observe, permission_notices
from metapixel_provider.sharing.permission.observe import Observed
from metapixel_provider.sharing.permission.records import PermissionInputs, PermissionState
from metapixel_provider.sharing.sending import Remaining, remove, send
from metapixel_provider.sharing.status import PermissionStatus

if TYPE_CHECKING:
    from metapixel_provider.sharing.contract import Notice, Outcome
    from metapixel_provider.sharing.meta import Meta


def permit(meta: Meta, permission: PermissionInputs, before: PermissionState | None) -> Outcome:
    """Permit an ad account. If its business does not have the pixel yet, record that it waits."""
    observed = observe.read(meta, permission, by_owner=before is not None)
    state = decide.permit(permission, before, observed)
    if state is not None:
        return _kept(state, before)
    try:
        return _send(meta, permission)
    except REFUSALS as refusal:
        has_pixel = _has_pixel(meta, permission, refusal)
    if has_pixel:
        # Another resource of this run created the share after the refusal.
        return _send(meta, permission)
    return _kept(decide.without_pixel(permission, before), before)


def _has_pixel(meta: Meta, permission: PermissionInputs, refusal: GraphError) -> bool:
    """Return whether the business has the pixel. If its tasks caused the refusal, raise it."""
    tasks = observe.tasks_after(refusal, meta, permission)
    if tasks is None:
        return False
    if decide.is_final(tasks):
        advice = permission_notices.needs_tasks(permission, tasks)
        raise refusal.during(advice=advice) from None
    return True


def withdraw(meta: Meta, state: PermissionState) -> tuple[Notice, ...]:
    """Withdraw a permission, in any recorded status. Raises the errors of `remove`."""
    permission = state.inputs

    def read(answered: bool) -> Remaining:
        found = observe.read(meta, permission, expected=False, doubt_absence=not answered)
        hidden = found is Observed.NO_PIXEL
        return Remaining(found is Observed.LISTED, hidden, unapproved=state.awaits_approval)

    write = writes.withdraw(permission.pixel_id, permission.business_id, permission.ad_account_id)
    left, _ = remove(meta, write, permission, read, REFUSALS)
    if state.awaits_approval:
        return (common_notices.removed_unapproved(permission),)
    if left.hidden and decide.was_sent(state):
        return (permission_notices.out_of_sight(permission),)
    return ()


def _kept(state: PermissionState, before: PermissionState | None) -> Outcome:
    """Return the outcome without a write: the permission waits, or Meta already lists it."""
    if state.status is not PermissionStatus.ACTIVE:
        return state.outcome(permission_notices.waits(state.inputs))
    if not decide.was_sent(before):
        return state.outcome(existed=permission_notices.existed(state.inputs))
    return state.outcome()


def _send(meta: Meta, permission: PermissionInputs) -> Outcome:
    def read(_: bool) -> Observed:
        return observe.read(meta, permission, expected=True)

    write = writes.permit(permission.pixel_id, permission.business_id, permission.ad_account_id)
    sent = send(meta, write, read, lambda found: found is Observed.LISTED)
    if sent.found is Observed.LISTED:
        return PermissionState(permission, PermissionStatus.ACTIVE).outcome()
    state = PermissionState(permission, PermissionStatus.UNCONFIRMED, sent.needs_approval)
    if sent.needs_approval:
        return state.outcome(common_notices.must_approve(permission))
    why = sent.error or "Meta does not return it yet"
    return state.outcome(common_notices.not_confirmed(permission, why))
