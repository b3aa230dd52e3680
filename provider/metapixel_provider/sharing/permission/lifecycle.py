"""The operations on the permission of an ad account on a pixel (guide, step 3).

They call Meta in this order. If Meta refuses to list the ad accounts, the lists of pixels of the
business show whether it has the pixel.

- `create`: `GET PIXEL/shared_accounts`, then `POST PIXEL/shared_accounts` if the ad account is
  absent, then `GET PIXEL/shared_accounts` again.
- `read`: `GET PIXEL/shared_accounts`.
- `update`: the calls of a creation, if the permission is not `ACTIVE`.
- `delete`: `DELETE PIXEL/shared_accounts`, then `GET PIXEL/shared_accounts`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from metapixel_provider.errors import MetaPixelError, PermissionMissingError, RefusedError
from metapixel_provider.sharing import common_notices
from metapixel_provider.sharing.contract import Difference, Lifecycle, Outcome
from metapixel_provider.sharing.permission import act, decide, observe, permission_notices
from metapixel_provider.sharing.permission.observe import Observed
from metapixel_provider.sharing.permission.records import PermissionInputs, PermissionState
from metapixel_provider.sharing.possible import NOTHING, Act, Certainty, Possible, readable_state
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.status import PermissionStatus

if TYPE_CHECKING:
    from metapixel_provider.sharing.contract import Notice, OlderRecord, Properties
    from metapixel_provider.sharing.meta import Meta


class PixelAdAccountPermissionLifecycle(Lifecycle):
    type_ = ResourceType.PERMISSION

    def preview(self, outputs: Properties, inputs: Properties) -> Difference:
        """See `Lifecycle.preview`. Send what is unconfirmed, or waits and may get the pixel."""
        state = self._recorded(outputs)
        permission = state.inputs
        if state.awaits_approval:  # Only a read can change the status.
            return Difference(notices=(common_notices.must_approve(permission),))
        if state.status is PermissionStatus.ACTIVE:
            return Difference()
        if state.status is PermissionStatus.UNCONFIRMED:
            return Difference(needs_update=True)  # It was sent, so it did not wait for the pixel.
        has_ended = state.status is PermissionStatus.ENDED_BY_OWNER
        may_get_pixel = not has_ended or self._may_be_shared_again(permission)
        if may_get_pixel:  # The permission waits for the pixel, so the update tries to send it.
            as_recorded = permission_notices.as_recorded(permission)
            return Difference(needs_update=True, notices=(as_recorded,))
        # A refresh alone runs without the program, so it declares nothing.
        is_in_program = self.declarations.of(self.type_, permission.id).is_declared
        if not is_in_program:
            return Difference()
        return Difference(notices=(permission_notices.ended_by_owner(permission),))

    def may_create(self, inputs: Properties, older: OlderRecord | None = None) -> Possible:
        """See `Lifecycle.may_create`. The business may already have the permission."""
        return Possible.of(Act.PERMIT, self.type_.id_of(inputs))

    def may_update(self, outputs: Properties, inputs: Properties) -> Possible:
        is_readable = readable_state(PermissionState, outputs) is not None
        if is_readable and not self.preview(outputs, inputs).needs_update:
            return NOTHING
        return Possible.of(Act.PERMIT, self.type_.id_of(inputs), Certainty.MAY)

    def may_delete(self, recorded: Properties) -> Possible:
        state = readable_state(PermissionState, recorded)
        # Meta has nothing to remove yet, and another admin may still approve the permission.
        awaits_approval = state is not None and state.awaits_approval
        id_ = self.type_.id_of(recorded)
        return Possible.removal(Act.WITHDRAW, id_, is_refused=awaits_approval)

    def create(self, meta: Meta, inputs: Properties, older: OlderRecord | None = None) -> Outcome:
        permission = PermissionInputs.of(inputs)
        try:
            return act.permit(meta, permission, None)
        except PermissionMissingError as refusal:
            raise refusal.during(advice=permission_notices.needs_its_token(permission)) from None

    def read(self, meta: Meta, recorded: Properties) -> Outcome:
        """Read the permission. Keep the record if the token may not read it, but it may exist."""
        permission = PermissionInputs.of(recorded)
        if "status" not in recorded:
            return _imported(meta, permission)
        before = PermissionState.of(recorded)
        # Meta should list a permission that was sent. If it is absent, the pixel may be gone too.
        is_sent = decide.was_sent(before)
        try:
            observed = observe.read(meta, permission, expect_listed=is_sent, doubt_absence=is_sent)
        except PermissionMissingError as refusal:
            if observe.is_agency_if_readable(meta, permission):
                return self.unread(recorded, refusal)  # The business has the pixel.
            raise
        status = decide.read(before, observed)
        if status is None:
            return Outcome(permission.id, {}, deleted=True)
        return _refreshed(PermissionState(permission, status), before, observed)

    def update(self, meta: Meta, outputs: Properties, inputs: Properties) -> Outcome:
        """Send a permission that is due. The status is kept if the token lacks the right."""
        permission = PermissionInputs.of(inputs)
        before = self._recorded(outputs)
        unsent = replace(before, inputs=permission)
        if not self.preview(outputs, inputs).needs_update:
            return unsent.outcome()
        try:
            return act.permit(meta, permission, before)
        except PermissionMissingError as refusal:
            return unsent.outcome(permission_notices.not_permitted(permission, refusal))

    def delete(self, meta: Meta, recorded: Properties) -> tuple[Notice, ...]:
        """Withdraw the permission in every status, because a killed run may have sent it."""
        return act.withdraw(meta, PermissionState.of(recorded))

    def not_deleted(self, recorded: Properties, error: MetaPixelError) -> tuple[Notice, ...]:
        """Drop a permission that no token of its business can withdraw, if its share ends too."""
        permission = PermissionInputs.of(recorded)
        if not (error.needs_token and error.had_no_effect):
            raise error
        share = self.declarations.of(ResourceType.SHARE, permission.share_id)
        # A run ends each share that its refresh has read, unless the program declares the share.
        share_ends = not share.is_declared and (share.was_refreshed or share.has_ended)
        if not share_ends:
            raise RefusedError(f"{error}; {permission_notices.only_the_business(permission)}")
        # If the share cannot be ended, the error names this ad account.
        share.still_permitted.append(permission.ad_account_id)
        return (permission_notices.not_withdrawn(permission, error),)

    def unread(self, recorded: Properties, refusal: MetaPixelError) -> Outcome:
        before = PermissionState.of(recorded)
        return before.refreshed(permission_notices.not_readable(before.inputs, refusal))

    def unconfirmed(self, inputs: Properties, older: Properties, error: MetaPixelError) -> Outcome:
        permission = PermissionInputs.of(inputs)
        state = PermissionState(permission, PermissionStatus.UNCONFIRMED)
        return state.outcome(common_notices.not_changed(permission, error))

    def _may_be_shared_again(self, permission: PermissionInputs) -> bool:
        """Return whether this run declares the share, or has to accept requests of the business."""
        if self.declarations.of(ResourceType.SHARE, permission.share_id).is_declared:
            return True
        type_ = ResourceType.STANDING_RESPONSE
        for response in self.declarations.every(type_):
            if response["agency_business_id"] == permission.business_id:
                response_id = f"{response['owner_business_id']}/{permission.business_id}"
                if self.declarations.of(type_, response_id).needs_update:
                    return True
        return False

    def _recorded(self, outputs: Properties) -> PermissionState:
        """Return the recorded state. It is not ACTIVE after this run ended the share."""
        state = PermissionState.of(outputs)
        share = self.declarations.of(ResourceType.SHARE, state.inputs.share_id)
        if state.status is PermissionStatus.ACTIVE and share.has_ended:
            return replace(state, status=PermissionStatus.UNCONFIRMED)
        return state


def adopted(inputs: Properties) -> Outcome:
    """Return the record of a permission that Meta lists. `inputs` are validated."""
    return PermissionState(PermissionInputs.of(inputs), PermissionStatus.ACTIVE).outcome()


def _imported(meta: Meta, permission: PermissionInputs) -> Outcome:
    """Read a permission without a record. It should exist."""
    observed = observe.read(meta, permission, expect_listed=True)
    if observed is not Observed.LISTED:
        return Outcome(permission.id, {}, deleted=True)
    return PermissionState(permission, PermissionStatus.ACTIVE).refreshed()


def _refreshed(state: PermissionState, before: PermissionState, observed: Observed) -> Outcome:
    """Return the outcome of a refresh, with the notices about it."""
    permission = state.inputs
    if state.status is PermissionStatus.ACTIVE:
        existed = () if decide.was_sent(before) else permission_notices.existed(permission)
        return state.refreshed(existed=existed)
    if before.awaits_approval:
        awaiting = replace(state, awaits_approval=True)
        return awaiting.refreshed(common_notices.must_approve(permission))
    if observed is Observed.NOT_OURS:
        return state.refreshed(permission_notices.not_ours(permission))
    return state.refreshed()
