"""The operations on the permission of an ad account on a pixel (guide, step 3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from metapixel_provider.errors import PermissionMissingError
from metapixel_provider.sharing.contract import (
    NOTHING_DECLARED,
    Declarations,
    Lifecycle,
    Notice,
    Outcome,
    Properties,
)
from metapixel_provider.sharing.permission import act, decide, notices, observe
from metapixel_provider.sharing.permission.declared import PermissionInputs
from metapixel_provider.sharing.permission.observe import Seen
from metapixel_provider.sharing.resources import PERMISSION, PIXEL_SHARE, STANDING
from metapixel_provider.sharing.status import NEEDS_APPROVAL, PermissionStatus, in_state

if TYPE_CHECKING:
    from metapixel_provider.errors import MetaPixelError
    from metapixel_provider.sharing.meta import Meta


class PixelAdAccountPermissionLifecycle(Lifecycle):
    """See `Lifecycle`."""

    def __init__(self) -> None:
        super().__init__(PERMISSION)

    def due(
        self, outputs: Properties, inputs: Properties, declarations: Declarations
    ) -> tuple[bool, tuple[Notice, ...]]:
        """See `Lifecycle.due`. A permission that waits or is unconfirmed needs an update.

        A permission that the owner ended needs an update if the program declares the share, or a
        standing response of the same business that has to accept requests. If another admin has to
        approve the permission, only a read can change its status.
        """
        status = _status(outputs, declarations)
        waiting = status is PermissionStatus.WAITING_FOR_SHARE
        ended = status is PermissionStatus.ENDED_BY_OWNER
        approval = _awaits_approval(outputs)
        recorded = PermissionInputs.of(outputs)
        shared = ended and _may_be_shared_again(recorded, declarations)
        # In a refresh, the program has not declared anything yet.
        is_declared = declarations.is_declared(PERMISSION.name, recorded.id)
        reported: tuple[Notice, ...] = ()
        if approval:
            reported = (notices.still_unapproved(recorded),)
        elif ended and not shared:
            reported = (notices.ended_by_owner(recorded),) if is_declared else ()
        elif ended or waiting:
            reported = (notices.as_recorded(recorded),)
        return decide.is_due(status, shared) and not approval, reported

    def create(
        self,
        meta: Meta,
        inputs: Properties,
        ours: bool = False,
        refreshed: Properties | None = None,
        declarations: Declarations = NOTHING_DECLARED,
    ) -> Outcome:
        """Adopt an existing permission, or send it. If the business lacks the pixel, wait."""
        permission = PermissionInputs.of(inputs)
        with meta.operation(permission.pixel_id):
            return _outcome(inputs, act.permit(meta, permission))

    def read(self, meta: Meta, resource_id: str, recorded: Properties) -> Outcome:
        """Read the permission. If Meta does not let the owner read it, keep the record."""
        permission = PermissionInputs.by_id(resource_id)
        status, approval = _status(recorded), _awaits_approval(recorded)
        waiting = status is PermissionStatus.WAITING_FOR_SHARE
        expected = Seen.ABSENT if waiting else Seen.LISTED
        doubted = status is not None and not waiting
        try:
            seen = observe.seen(meta, permission, expected, doubt_absence=doubted)
        except PermissionMissingError as refusal:
            if status is None or not observe.is_agency(meta, permission):
                raise
            result = act.Result(status, (notices.not_readable(permission, refusal),), approval)
        else:
            found = decide.read(status, seen, approval)
            if found is None:
                return Outcome(resource_id, {}, deleted=True)
            result = _refreshed(permission, seen, found, approval, waiting)
        inputs = self.declared({**recorded, **asdict(permission)})
        return replace(_outcome(inputs, result), id=resource_id, inputs=inputs)

    def update(
        self,
        meta: Meta,
        outputs: Properties,
        inputs: Properties,
        declarations: Declarations = NOTHING_DECLARED,
    ) -> Outcome:
        """Send a permission that is due. Otherwise keep its status, and make no call."""
        permission = PermissionInputs.of(inputs)
        status = _status(outputs, declarations) or PermissionStatus.ACTIVE
        if self.due(outputs, inputs, declarations)[0]:
            with meta.operation(permission.pixel_id):
                result = act.permit_again(meta, permission, status)
        else:
            result = act.Result(status, awaits_approval=_awaits_approval(outputs))
        return _outcome(inputs, result)

    def delete(
        self,
        meta: Meta,
        resource_id: str,
        recorded: Properties,
        declarations: Declarations = NOTHING_DECLARED,
    ) -> tuple[Notice, ...]:
        """Withdraw the permission in every status, because a killed run may have sent it."""
        permission = PermissionInputs.by_id(resource_id)
        status, approval = _status(recorded), _awaits_approval(recorded)
        try:
            with meta.operation(permission.pixel_id):
                return act.withdraw(meta, permission, status, approval)
        except PermissionMissingError as error:
            raise error.during("", notices.only_the_business(permission)) from None

    def unconfirmed(self, inputs: Properties, error: MetaPixelError) -> Outcome:
        reported = (notices.not_confirmed(PermissionInputs.of(inputs), error),)
        return _outcome(inputs, act.Result(PermissionStatus.UNCONFIRMED, reported))


def _refreshed(
    permission: PermissionInputs,
    seen: Seen,
    found: PermissionStatus,
    approval: bool,
    waited: bool,
) -> act.Result:
    if approval and found is PermissionStatus.UNCONFIRMED:
        return act.Result(found, (notices.must_approve(permission),), awaits_approval=True)
    reported = (notices.not_ours(permission),) if seen is Seen.NOT_OURS else ()
    return act.Result(found, reported, existed=waited and found is PermissionStatus.ACTIVE)


def _outcome(inputs: Properties, result: act.Result) -> Outcome:
    permission = PermissionInputs.of(inputs)
    outputs = inputs | {"status": result.status.value}
    if result.awaits_approval:
        outputs[NEEDS_APPROVAL] = True
    existed = notices.existed(permission) if result.existed else ()
    return Outcome(permission.id, outputs, result.notices, existed=existed)


def _may_be_shared_again(permission: PermissionInputs, declarations: Declarations) -> bool:
    """Return whether this run declares the share, or has to accept requests of the business."""
    if declarations.is_declared(PIXEL_SHARE.name, permission.share_id):
        return True
    business = permission.business_id
    return any(
        declarations.was_due(STANDING.name, f"{each['owner_business_id']}/{business}")
        for each in declarations.every(STANDING.name)
        if each["agency_business_id"] == business
    )


def _awaits_approval(recorded: Mapping[str, object]) -> bool:
    return recorded.get(NEEDS_APPROVAL) is True


def _status(
    recorded: Mapping[str, object], declarations: Declarations = NOTHING_DECLARED
) -> PermissionStatus | None:
    """Return the recorded status, but UNCONFIRMED instead of ACTIVE if this run ended the share."""
    status = recorded.get("status")
    if status is None:
        return None
    found = in_state(PermissionStatus, status)
    if found is not PermissionStatus.ACTIVE:
        return found
    ended = declarations.ended(PIXEL_SHARE.name, PermissionInputs.of(recorded).share_id)
    return PermissionStatus.UNCONFIRMED if ended else found
