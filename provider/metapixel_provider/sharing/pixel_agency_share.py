"""A pixel shared with an agency for permitted tasks (guide, steps 1 and 2, and the deletion)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metapixel_provider.errors import NotVisibleError, RefusedError
from metapixel_provider.sharing import ids
from metapixel_provider.sharing.checks import Checks
from metapixel_provider.sharing.lifecycle import (
    Checked,
    Difference,
    Notice,
    Outcome,
    Properties,
    changed,
)
from metapixel_provider.sharing.settling import look_at_share
from metapixel_provider.sharing.share import (
    ANSWERED_NO,
    Share,
    Standing,
    as_list,
    declined,
    named,
    waited,
)
from metapixel_provider.sharing.share_writes import bring_about, unshare
from metapixel_provider.sharing.sharing_requests import (
    open_request,
    pending,
    request_standing,
    still_pending,
    withdrawn,
)
from metapixel_provider.sharing.status import ShareStatus
from metapixel_provider.sharing.tasks import OnExisting, settable

if TYPE_CHECKING:
    from metapixel_provider.sharing.meta import Meta
    from metapixel_provider.sharing.nodes import Agency

#: Inputs that Meta hears of, and those it never does.
SENT = ("permitted_tasks", "resend")
OURS = ("on_existing", "expires_on", "reason", "credentials")


class PixelAgencyShareLifecycle:
    """See `Lifecycle`. The natural key `PIXEL/AGENCY` lets every step find what stands."""

    def check(self, old: Properties, new: Properties) -> Checked:
        """Ids as digits, tasks in one order; see `Lifecycle.check`."""
        checks = Checks(new)
        checks.id("pixel_id")
        checks.id("agency_business_id")
        checks.tasks("permitted_tasks")
        checks.choice("on_existing", OnExisting, default=OnExisting.FAIL)
        checks.text("resend")
        checks.day("expires_on")
        checks.text("reason")
        checks.text("credentials")
        checked = checks.result()
        unexplained = _unexplained(old, checked.inputs)
        if unexplained:
            checked.inputs["unexplained_tasks"] = unexplained
        return checked

    def key(self, inputs: Mapping[str, object]) -> str | None:
        """`PIXEL/AGENCY`."""
        return ids.known(ids.SHARE, inputs)

    def difference(self, outputs: Properties, inputs: Properties) -> Difference:
        """Tasks are compared as a set; what Meta adds by itself is not in state."""
        replaces = changed(ids.SHARE, outputs, inputs)
        if replaces:
            return Difference(inputs_changed=True, replaces=replaces)
        old = outputs | {"permitted_tasks": list(settable(as_list(outputs.get("permitted_tasks"))))}
        differs = bool(changed((*SENT, *OURS), old, inputs))
        standing = Standing.of(outputs)
        share = Share.of(outputs)
        notices: tuple[Notice, ...] = ()
        if standing.status in ANSWERED_NO and outputs.get("resend") == inputs.get("resend"):
            notices = (declined(share, standing),)
        elif standing.status is ShareStatus.PENDING and standing.pending_request_id:
            notices = (waited(share, standing),)
        drifted = standing.status is ShareStatus.ACTIVE and (
            settable(standing.granted_tasks) != settable(as_list(inputs.get("permitted_tasks")))
        )
        due = drifted or standing.unconfirmed or standing.status is ShareStatus.EXPIRED
        return Difference(inputs_changed=differs, needs_update=due, notices=notices)

    def create(self, meta: Meta, inputs: Properties, ours: bool = False) -> Outcome:
        """Adopts an equal share without a write; refuses to change a different one unasked."""
        share = Share.of(inputs)
        agency = meta.agency(share.pixel_id, share.agency_business_id)
        if agency is not None:
            waiting = open_request(meta, share, again=False)
            if waiting is not None and share.is_granted(agency):
                return self._outcome(inputs, *pending(meta, share, waiting.id))
            if share.is_granted(agency):
                return self._outcome(inputs, Standing.active(agency))
            if not ours and inputs.get("on_existing") != OnExisting.OVERWRITE:
                raise RefusedError(
                    f"Pixel {share.pixel_id} is shared with agency {share.agency_business_id} "
                    f"already for {named(agency.tasks)}, not for {named(share.tasks)}; declare "
                    f"the tasks that stand, or set on_existing='overwrite' to change them"
                )
        return self._outcome(inputs, *bring_about(meta, share, agency, creating=True))

    def read(self, meta: Meta, resource_id: str, recorded: Properties) -> Outcome:
        """Looks at the agencies of the pixel, then at the request if there is one."""
        share, standing = _recorded(resource_id, recorded)
        first_read = "status" not in recorded

        def as_recorded(agency: Agency | None) -> bool:
            if standing.status is ShareStatus.ACTIVE:
                if agency is None or first_read:
                    return agency is not None
                return set(agency.tasks) == set(standing.granted_tasks)
            return bool(agency) or not standing.unconfirmed

        agency = look_at_share(meta, share, as_recorded)
        if agency is None and standing.status is ShareStatus.ACTIVE:
            agency = meta.listed_agency(share.pixel_id, share.agency_business_id)
        inputs = {name: recorded[name] for name in _INPUTS if name in recorded}
        inputs |= {"pixel_id": share.pixel_id, "agency_business_id": share.agency_business_id}
        notices: tuple[Notice, ...] = ()
        waiting = open_request(meta, share, again=False) if first_read and agency else None
        if waiting is not None:
            # As in a creation: with a request open, what shows already is not accepted yet.
            found, notices = pending(meta, share, waiting.id)
        elif agency is not None and not still_pending(meta, share, standing):
            found = Standing.active(agency)
            inputs["permitted_tasks"] = [task.value for task in settable(agency.tasks)]
        elif standing.status is ShareStatus.ACTIVE:
            return Outcome(resource_id, {}, gone=True)
        else:
            resolved, notices = request_standing(meta, share, standing)
            if resolved is None:
                return Outcome(resource_id, {}, notices, gone=True)
            found = resolved
        inputs.setdefault("on_existing", OnExisting.FAIL.value)
        return Outcome(resource_id, found.outputs(inputs), notices, inputs=inputs)

    def update(self, meta: Meta, outputs: Properties, inputs: Properties) -> Outcome:
        """Writes only where Meta shows something else than is declared."""
        share, standing = Share.of(inputs), Standing.of(outputs)
        resend = outputs.get("resend") != inputs.get("resend")
        due = self.difference(outputs, inputs).needs_update
        if not (due or resend or changed(SENT, outputs, inputs)):
            return self._outcome(inputs, standing)

        agency = meta.agency(share.pixel_id, share.agency_business_id)
        if agency is not None and still_pending(meta, share, standing):
            agency = None
        if share.is_granted(agency):
            assert agency is not None  # noqa: S101 - narrows the type
            return self._outcome(inputs, Standing.active(agency))
        if agency is None and not resend:
            resolved, notices = request_standing(meta, share, standing)
            if resolved is not None and resolved.status in ANSWERED_NO:
                return self._outcome(inputs, resolved, (*notices, declined(share, resolved)))
        return self._outcome(inputs, *bring_about(meta, share, agency, creating=False))

    def delete(self, meta: Meta, resource_id: str, recorded: Properties) -> tuple[Notice, ...]:
        """Removes the share; withdraws a request that is still open, or says who may accept it."""
        share, standing = _recorded(resource_id, recorded)
        try:
            if standing.status is not ShareStatus.ACTIVE:
                shown = meta.agency(share.pixel_id, share.agency_business_id)
                if shown is None and standing.status is not ShareStatus.PENDING:
                    return ()
            nothing_stood = unshare(meta, share, standing.pending_request_id)
        except NotVisibleError as error:
            advice = "if the pixel is gone for good, forget the share with `pulumi state delete`"
            raise error.during("", advice) from None
        if standing.pending_request_id:
            return withdrawn(meta, share, standing, refused=nothing_stood)
        return ()

    def _outcome(
        self, inputs: Properties, standing: Standing, notices: tuple[Notice, ...] = ()
    ) -> Outcome:
        key = self.key(inputs)
        assert key is not None  # noqa: S101 - inputs are known outside a preview
        kept = {name: inputs[name] for name in _INPUTS if name in inputs}
        return Outcome(key, standing.outputs(kept), notices)


_INPUTS = (*ids.SHARE, *SENT, *OURS)


def _recorded(resource_id: str, recorded: Properties) -> tuple[Share, Standing]:
    """A share by its id, without tasks, and where it stood."""
    pixel_id, agency_id = ids.parts(resource_id, 2)
    return Share(pixel_id, agency_id, ()), Standing.of(recorded)


def _unexplained(old: Properties, new: Properties) -> list[object]:
    """Tasks that this update adds while `reason` stays as it was.

    An input for policies, which see no old state; nothing else reads it, and no output keeps it.
    """
    explained = new.get("reason") and changed(("reason",), old, new)
    if changed(ids.SHARE, old, new) or explained:
        return []
    before = as_list(old.get("permitted_tasks"))
    return [task for task in as_list(new.get("permitted_tasks")) if task not in before]
