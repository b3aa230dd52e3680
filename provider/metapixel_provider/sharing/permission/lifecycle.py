"""The operations on an ad account permitted on a pixel (guide, step 3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

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
from metapixel_provider.sharing.permission import act, decide, notices, observe
from metapixel_provider.sharing.permission.declared import PermissionInputs
from metapixel_provider.sharing.permission.observe import Seen
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.status import PermissionStatus, in_state

if TYPE_CHECKING:
    from metapixel_provider.errors import MetaPixelError
    from metapixel_provider.sharing.meta import Meta


class PixelAdAccountPermissionLifecycle:
    """See `Lifecycle`."""

    def check(self, old: Properties, new: Properties) -> Checked:
        """Return ids as digits; see `Lifecycle.check`."""
        checks = Checks(new)
        checks.id("pixel_id")
        checks.id("business_id")
        checks.ad_account("ad_account_id")
        checks.text("credentials")
        return checks.result()

    def key(self, inputs: Mapping[str, object]) -> str | None:
        """Return `PIXEL/BUSINESS/ACCOUNT`."""
        return ids.known(ResourceType.PERMISSION.key, inputs)

    def difference(self, outputs: Properties, inputs: Properties) -> Difference:
        """A permission that waits or is not confirmed is tried again by every update."""
        replaces = changed(ResourceType.PERMISSION.key, outputs, inputs)
        if replaces:
            return Difference(inputs_changed=True, replaces=replaces)
        status = _status(outputs)
        waiting = status is PermissionStatus.WAITING_FOR_SHARE
        told = (notices.waited(PermissionInputs.of(outputs)),) if waiting else ()
        differs = bool(changed(("credentials",), outputs, inputs))
        return Difference(differs, needs_update=status in decide.UNFINISHED, notices=told)

    def create(self, meta: Meta, inputs: Properties, ours: bool = False) -> Outcome:
        """Adopt a permission that exists; wait while the business has not got the pixel."""
        permission = PermissionInputs.of(inputs)
        return _outcome(permission, *act.permit(meta, permission))

    def read(self, meta: Meta, resource_id: str, recorded: Properties) -> Outcome:
        """Read the ad accounts of the business on the pixel."""
        permission = PermissionInputs.by_id(resource_id, recorded)
        status = _status(recorded)
        waiting = status is PermissionStatus.WAITING_FOR_SHARE
        seen = observe.seen(meta, permission, Seen.ABSENT if waiting else Seen.LISTED)
        found = decide.read(status, seen)
        if found is None:
            return Outcome(resource_id, {}, gone=True)
        inputs = permission.properties()
        return Outcome(resource_id, inputs | {"status": found.value}, inputs=inputs)

    def update(self, meta: Meta, outputs: Properties, inputs: Properties) -> Outcome:
        """Send a permission again that waits or is not confirmed; otherwise nothing is sent."""
        permission = PermissionInputs.of(inputs)
        status = _status(outputs)
        if status in decide.UNFINISHED:
            return _outcome(permission, *act.permit(meta, permission, status))
        return _outcome(permission, PermissionStatus.ACTIVE, ())

    def delete(self, meta: Meta, resource_id: str, recorded: Properties) -> tuple[Notice, ...]:
        """Withdraw the permission. One that waits too: an older version may have sent it."""
        permission = PermissionInputs.by_id(resource_id, recorded)
        return act.withdraw(meta, permission, _status(recorded) or PermissionStatus.ACTIVE)

    def supersede(
        self, meta: Meta, resource_id: str, recorded: Properties, declared: Properties
    ) -> tuple[Notice, ...]:
        """Do nothing: two records of one resource cannot differ in what they sent."""
        return ()

    def unconfirmed(self, inputs: Properties, error: MetaPixelError) -> Outcome:
        """See `Lifecycle.unconfirmed`."""
        permission = PermissionInputs.of(inputs)
        told = (notices.not_confirmed(permission, error),)
        return _outcome(permission, PermissionStatus.UNCONFIRMED, told)


def _outcome(
    permission: PermissionInputs, status: PermissionStatus, told: tuple[Notice, ...]
) -> Outcome:
    return Outcome(permission.id, permission.properties() | {"status": status.value}, told)


def _status(recorded: Mapping[str, object]) -> PermissionStatus | None:
    """Return the status in state, None where no state records the permission."""
    status = recorded.get("status")
    return None if status is None else in_state(PermissionStatus, status)
