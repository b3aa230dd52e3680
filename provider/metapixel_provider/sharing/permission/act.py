"""Writes that permit an ad account on a pixel or withdraw the permission."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from metapixel_provider.errors import REFUSALS, GraphError
from metapixel_provider.sharing import common_notices, writes
from metapixel_provider.sharing.permission import decide, observe, permission_notices
from metapixel_provider.sharing.permission.decide import Action
from metapixel_provider.sharing.permission.observe import Observed
from metapixel_provider.sharing.permission.records import PermissionInputs, PermissionState
from metapixel_provider.sharing.sending import Remaining, remove, send
from metapixel_provider.sharing.status import PermissionStatus

if TYPE_CHECKING:
    from metapixel_provider.sharing.contract import Notice, Outcome
    from metapixel_provider.sharing.meta import Meta


def permit(meta: Meta, permission: PermissionInputs, before: PermissionState | None) -> Outcome:
    """Permit an ad account, or adopt its permission. Without the pixel, record that it waits."""
    # If the token may not read whether the business has the pixel, a creation fails. An update asks
    # the owner instead.
    observed = observe.read(meta, permission, ask_owner=before is not None)
    action = decide.permit(observed)
    if action is Action.ADOPT:
        existed = () if decide.was_sent(before) else permission_notices.existed(permission)
        return PermissionState(permission, PermissionStatus.ACTIVE).outcome(existed=existed)
    if action is Action.WAIT:
        return _wait(permission, before)
    try:
        return _send(meta, permission)
    except REFUSALS as refusal:
        return _permit_after_refusal(refusal, meta, permission, before)


def _wait(permission: PermissionInputs, before: PermissionState | None) -> Outcome:
    """Return the outcome while the business does not have the pixel."""
    if before is None:
        state = PermissionState(permission, PermissionStatus.WAITING_FOR_SHARE)
    else:
        # If the permission was sent before, it may still exist, so it keeps its status.
        state = replace(before, inputs=permission)
    return state.outcome(permission_notices.waits(permission))


def _permit_after_refusal(
    refusal: GraphError, meta: Meta, permission: PermissionInputs, before: PermissionState | None
) -> Outcome:
    """Send once more if the tasks allow it, or wait for the pixel. Otherwise raise the refusal."""
    try:
        tasks = meta.tasks_of(permission.business_id, permission.pixel_id)
    except REFUSALS:
        raise refusal from None
    action = decide.permit_after_refusal(tasks)
    if action is Action.WAIT:
        return _wait(permission, before)
    if action is Action.SEND:
        return _send(meta, permission)  # A second refusal is final.
    advice = permission_notices.needs_tasks(permission, tasks or ())
    raise refusal.during(advice=advice) from None


def withdraw(meta: Meta, state: PermissionState) -> tuple[Notice, ...]:
    """Withdraw a permission, in any recorded status. Raises the errors of `remove`."""
    permission = state.inputs

    def read(answered: bool) -> Remaining:
        found = observe.read(meta, permission, expect_listed=False, doubt_absence=not answered)
        return Remaining(
            is_listed=found is Observed.LISTED,
            may_exist_unlisted=found is Observed.NO_PIXEL,
            may_be_approved=state.awaits_approval,
        )

    write = writes.withdraw(permission.pixel_id, permission.business_id, permission.ad_account_id)
    remaining = remove(meta, write, permission, read, REFUSALS)
    if state.awaits_approval:
        return (common_notices.removed_unapproved(permission),)
    if remaining.may_exist_unlisted and decide.was_sent(state):
        return (permission_notices.out_of_sight(permission),)
    return ()


def _send(meta: Meta, permission: PermissionInputs) -> Outcome:
    """Send the permission and read it back. If no read confirms it, the outcome has a notice."""

    def read(answered: bool) -> Observed:  # It reads the same in both cases.
        return observe.read(meta, permission, expect_listed=True)

    write = writes.permit(permission.pixel_id, permission.business_id, permission.ad_account_id)
    sent = send(meta, write, read, lambda found: found is Observed.LISTED)
    if sent.found is Observed.LISTED:
        return PermissionState(permission, PermissionStatus.ACTIVE).outcome()
    unconfirmed = PermissionState(permission, PermissionStatus.UNCONFIRMED, sent.needs_approval)
    if sent.needs_approval:
        return unconfirmed.outcome(common_notices.must_approve(permission))
    why = sent.error or "Meta does not return it yet"
    return unconfirmed.outcome(common_notices.not_confirmed(permission, why))
