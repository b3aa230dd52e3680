"""Writes that permit an ad account on a pixel or withdraw the permission."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metapixel_provider.errors import REFUSALS, GraphError, PermissionMissingError, RefusedError
from metapixel_provider.sharing import writes
from metapixel_provider.sharing.permission import decide, notices, observe
from metapixel_provider.sharing.permission.decide import Action
from metapixel_provider.sharing.permission.observe import Seen
from metapixel_provider.sharing.sending import confirming, removal_needs_approval, send
from metapixel_provider.sharing.status import PermissionStatus

if TYPE_CHECKING:
    from metapixel_provider.sharing.contract import Notice
    from metapixel_provider.sharing.meta import Meta
    from metapixel_provider.sharing.permission.declared import PermissionInputs


@dataclass(frozen=True)
class Result:
    """The status to record, and the notices for the user.

    `awaits_approval` is True if another admin has to approve the permission. `existed` is True if
    Meta listed the permission, and this stack has never recorded that it sent the permission.
    """

    status: PermissionStatus
    notices: tuple[Notice, ...] = ()
    awaits_approval: bool = False
    existed: bool = False


def permit(
    meta: Meta, permission: PermissionInputs, before: PermissionStatus | None = None
) -> Result:
    """Permit an ad account. If its business does not have the pixel yet, record that it waits.

    `before` is the recorded status. Raises GraphError if Meta refuses although the business has the
    pixel.
    """
    action = decide.create(observe.seen(meta, permission, by_owner=before is not None))
    if action is Action.SEND:
        try:
            return _send(meta, permission)
        except REFUSALS as refusal:
            try:
                tasks = meta.tasks_of(permission.business_id, permission.pixel_id)
            except REFUSALS:
                raise refusal from None
            action = decide.refused(tasks)
            if action is Action.REFUSE:
                advice = (
                    f"add ADVERTISE or ANALYZE to the share, because an ad account needs one of "
                    f"these tasks, and business {permission.business_id} has only "
                    f"{', '.join(tasks or ())}"
                )
                raise refusal.during("", advice) from None
        if action is Action.SEND:
            return _send(meta, permission)
    if action is Action.ADOPT:
        return Result(PermissionStatus.ACTIVE, existed=decide.never_sent(before))
    return Result(decide.waiting(before), (notices.waits(permission),))


def permit_again(meta: Meta, permission: PermissionInputs, before: PermissionStatus) -> Result:
    """Permit an ad account that waits or is unconfirmed. Without the right to do so, it waits."""
    try:
        return permit(meta, permission, before)
    except PermissionMissingError as refusal:
        return Result(before, (notices.not_permitted(permission, refusal),))


def withdraw(
    meta: Meta,
    permission: PermissionInputs,
    status: PermissionStatus | None,
    awaits_approval: bool = False,
) -> tuple[Notice, ...]:
    """Withdraw a permission, in any recorded status.

    Raises GraphError if Meta refuses and still lists the permission, and RefusedError if Meta
    reports success but still lists the permission. Raises RefusedError too if another admin has to
    approve the removal, or may still approve a permission that Meta does not list.
    """

    def had_effect() -> bool:
        return observe.seen(meta, permission, Seen.ABSENT, doubt_absence=True) is not Seen.LISTED

    refusal: GraphError | None = None
    write = writes.withdraw(permission.pixel_id, permission.business_id, permission.ad_account_id)
    try:
        sent = send(meta, write, had_effect)
        if sent.accepted is not None and sent.accepted.needs_approval:
            raise removal_needs_approval(
                f"ad account {permission.ad_account_id} from pixel {permission.pixel_id}"
            )
        if sent.error is not None:
            raise sent.error
    except REFUSALS as error:
        refusal = error
    with confirming(f"{permission} is withdrawn"):
        refused = refusal is not None
        found = observe.seen(meta, permission, Seen.ABSENT, doubt_absence=refused)
    if found is Seen.LISTED:
        raise refusal or RefusedError(
            f"Meta reported that the permission of {permission} was withdrawn, but still lists it; "
            f"run the command again, and if that does not help, withdraw the permission in "
            f"Business Settings"
        )
    if awaits_approval and refusal is not None:
        raise notices.approval_not_withdrawn(permission)
    if awaits_approval:
        return (notices.check_approvals(permission),)
    may_exist = found is Seen.NO_PIXEL and not decide.never_sent(status)
    return (notices.out_of_sight(permission),) if may_exist else ()


def _send(meta: Meta, permission: PermissionInputs) -> Result:
    """Send a permission and read it back.

    Raises GraphError only if Meta refused the first attempt. Later errors become a notice, because
    after an exception the engine would drop a permission that may exist.
    """

    def had_effect() -> bool:
        return observe.seen(meta, permission, Seen.LISTED) is Seen.LISTED

    write = writes.permit(permission.pixel_id, permission.business_id, permission.ad_account_id)
    sent = send(meta, write, had_effect)
    if sent.accepted is not None and sent.accepted.needs_approval:
        return Result(
            PermissionStatus.UNCONFIRMED, (notices.must_approve(permission),), awaits_approval=True
        )
    found, why = None, sent.error
    if why is None:
        try:
            found = observe.seen(meta, permission, Seen.LISTED)
        except GraphError as error:
            why = error
    if found is Seen.LISTED:
        return Result(PermissionStatus.ACTIVE)
    return Result(PermissionStatus.UNCONFIRMED, (notices.not_confirmed(permission, why),))
