"""The operations on a share of a pixel (guide: step 1, step 2, deletion).

They call Meta in this order. A call in brackets is in one batch with the call before it. It is
left out if the share is `ACTIVE`, or if its request is open or accepted.

- `create`: `GET PIXEL/agencies` [`GET PIXEL`], then `POST PIXEL/agencies` if the agency is absent,
  then `GET PIXEL/agencies` again.
- `read`: `GET REQUEST` if a request is recorded, `GET PIXEL/agencies` [`GET PIXEL`], and
  `GET OWNER/initiated_sharing_agreements` if it is not known whether the agency accepted.
- `update`: the calls of `read`, then those of a creation, if the declaration differs.
- `delete`: `DELETE PIXEL/agencies`, `GET REQUEST` or `GET OWNER/initiated_sharing_agreements` if a
  request may be open, and `GET PIXEL/agencies`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from metapixel_provider.errors import MetaPixelError, NotVisibleError, RefusedError
from metapixel_provider.sharing import common_notices, ids
from metapixel_provider.sharing.contract import Difference, Lifecycle, Outcome, changed_names
from metapixel_provider.sharing.possible import NOTHING, Act, Possible, readable_state
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.share import act, decide, observe, possible, share_notices
from metapixel_provider.sharing.share.records import CAUSING_A_WRITE, ShareInputs, ShareState
from metapixel_provider.sharing.status import ENDED, ShareStatus

if TYPE_CHECKING:
    from metapixel_provider.sharing.contract import Notice, OlderRecord, Properties
    from metapixel_provider.sharing.meta import Meta
    from metapixel_provider.sharing.nodes import Agency


class AgencyShareLifecycle(Lifecycle):
    type_ = ResourceType.SHARE

    def preview(self, outputs: Properties, inputs: Properties) -> Difference:
        """See `Lifecycle.preview`. Tasks that Meta added do not need an update."""
        state, declared = ShareState.of(outputs), ShareInputs.of(inputs)
        needs_update = decide.needs_update(declared, state)
        if state.status in (ShareStatus.PENDING, ShareStatus.UNCONFIRMED):
            recorded = share_notices.as_recorded(state)
            return Difference(needs_update=needs_update, notices=(recorded,))
        if state.status in ENDED and not needs_update:
            return Difference(notices=(share_notices.no_access(state),))
        return Difference(needs_update=needs_update)

    def may_create(self, inputs: Properties, older: OlderRecord | None = None) -> Possible:
        is_recorded = self.declarations.of(self.type_, self.type_.id_of(inputs) or "").is_recorded
        return possible.creation(inputs, older, is_recorded)

    def may_update(self, outputs: Properties, inputs: Properties) -> Possible:
        if readable_state(ShareState, outputs) and not self._is_due(outputs, inputs):
            return NOTHING
        return possible.update(inputs, outputs)

    def may_delete(self, recorded: Properties) -> Possible:
        state = readable_state(ShareState, recorded)
        # Meta can remove a share that it lists, but not one that another admin may still approve.
        is_refused = state is not None and state.awaits_approval and not state.granted_tasks
        return Possible.removal(Act.END_SHARE, self.type_.id_of(recorded), is_refused)

    def may_supersede(self, recorded: Properties, declared: Properties) -> Possible:
        if possible.has_same_tasks(recorded, declared):
            return NOTHING
        return possible.update(inputs=declared, outputs=recorded)

    def create(self, meta: Meta, inputs: Properties, older: OlderRecord | None = None) -> Outcome:
        """Create a share. If it exists, adopt it, change it or fail, as `on_existing` says.

        A share can have an `older` record, for example under its name before a renaming.
        """
        continued = _continued(older)
        declared = ShareInputs.of(inputs)
        if continued is not None:
            return _update(meta, declared, continued)
        observed = observe.read(meta, declared)
        # If another process dropped the older record, its outputs are unknown.
        is_dropped = older is not None and older.is_dropped
        is_recorded = self.declarations.of(self.type_, declared.id).is_recorded
        action = decide.create(declared, observed, is_recorded, is_dropped)
        return act.carry_out(meta, declared, None, observed, action)

    def read(self, meta: Meta, recorded: Properties) -> Outcome:
        declared = ShareInputs.of(recorded)
        before = ShareState.of(recorded) if "status" in recorded else None
        observed = observe.read(meta, declared, before)
        if before is None:
            state = decide.existing_state(declared, observed)
            existed: tuple[Notice, ...] = ()  # An import expects that the share exists.
        else:
            state = decide.read(before, observed)
            existed = share_notices.existed(declared, before, observed)
        if state is None:
            return Outcome(declared.id, {}, deleted=True)
        reported = share_notices.of(state, observed, before)
        if state != before:  # Without changes, a missing name is not worth another call.
            state = act.with_pixel_name(meta, state)
        return state.refreshed(*reported, existed=existed)

    def update(self, meta: Meta, outputs: Properties, inputs: Properties) -> Outcome:
        declared, state = ShareInputs.of(inputs), ShareState.of(outputs)
        if not self._is_due(outputs, inputs):
            return replace(state, inputs=declared).outcome()
        return _update(meta, declared, state)

    def delete(self, meta: Meta, recorded: Properties) -> tuple[Notice, ...]:
        state = ShareState.of(recorded)
        try:
            reported = act.delete(meta, state)
        except NotVisibleError as error:
            remove = common_notices.remove_from_state("share")
            raise error.during(advice=f"if the pixel was deleted for good, {remove}") from None
        for permission in self.declarations.every(ResourceType.PERMISSION):
            share_id = ids.share_id(str(permission["pixel_id"]), str(permission["business_id"]))
            if share_id == state.inputs.id:
                account = str(permission["ad_account_id"])
                reported.append(share_notices.ended_permission(state.inputs, account))
        return tuple(reported)

    def not_deleted(self, recorded: Properties, error: MetaPixelError) -> tuple[Notice, ...]:
        """Raise the error. It names ad accounts whose permission could not be withdrawn before."""
        share = self.declarations.of(self.type_, ShareInputs.of(recorded).id)
        if not share.still_permitted:
            raise error
        ad_accounts = ", ".join(share.still_permitted)
        raise RefusedError(f"{error}; ad account {ad_accounts} keeps the pixel")

    def supersede(self, meta: Meta, recorded: Properties, declared: Properties) -> Outcome | None:
        """Update the share as declared if the record that is deleted has other tasks.

        The access stays, because the program declares the share under another name.
        """
        older, inputs = ShareState.of(recorded), ShareInputs.of(declared)
        if older.inputs.tasks == inputs.tasks:
            return None
        return _update(meta, inputs, older)

    def unconfirmed(self, inputs: Properties, older: Properties, error: MetaPixelError) -> Outcome:
        declared = ShareInputs.of(inputs)
        not_changed = common_notices.not_changed(declared, error)
        if not older:
            return ShareState(declared, ShareStatus.UNCONFIRMED).outcome(not_changed)
        before = ShareState.of(older)
        # The older tasks are kept, so that the next update revokes those that are not declared.
        applied = replace(declared, tasks=before.inputs.tasks, resend=before.inputs.resend)
        # Without a doubt, the next update would not read a share that looks as declared.
        looks_confirmed = bool(before.granted_tasks) and not before.revoking
        is_in_doubt = before.is_write_in_doubt or looks_confirmed
        state = replace(before, inputs=applied, is_write_in_doubt=is_in_doubt)
        # An ended status is kept, because an error is no reason to ask an agency that declined.
        if state.status not in ENDED:
            state = replace(state, status=ShareStatus.UNCONFIRMED)
        return state.outcome(not_changed)

    def _is_due(self, outputs: Properties, inputs: Properties) -> bool:
        """Return whether an update reads the share, because it may have to send it."""
        if changed_names(CAUSING_A_WRITE, outputs, inputs):
            return True
        return self.difference(outputs, inputs).needs_update


def _continued(older: OlderRecord | None) -> ShareState | None:
    """Return the older record that a creation has to update, or None if it decides by itself."""
    if older is None or not older.outputs:
        return None  # Another process knows the outputs, or there is no older record.
    before = ShareState.of(older.outputs)
    if older.is_dropped or decide.is_updated_by_creation(before):
        return before
    return None  # The state still has the record, and nobody would be asked twice.


def _update(meta: Meta, declared: ShareInputs, state: ShareState) -> Outcome:
    """Change a recorded share to the declared one."""
    observed = observe.read(meta, declared, state)
    action = decide.update(declared, state, observed)
    return act.carry_out(meta, declared, state, observed, action)


def adopted(
    inputs: Properties, agency: Agency, pixel_name: str, open_requests: tuple[str, ...]
) -> Outcome | None:
    """Return the record of a listed share, or None if the inputs declare other tasks.

    A creation that adopts the share would write the same record. `inputs` are validated.
    `open_requests` to the agency may be for this share.
    """
    declared = ShareInputs.of(inputs)
    observed = observe.Observed(agency, open_requests=open_requests)
    state = decide.existing_state(declared, observed)
    if state is None or observed.tasks != declared.tasks:
        return None
    return replace(state, pixel_name=pixel_name).outcome()
