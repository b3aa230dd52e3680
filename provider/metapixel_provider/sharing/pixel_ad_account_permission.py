"""An ad account permitted on a pixel (guide, step 3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from metapixel_provider.errors import (
    GraphError,
    InvalidParameterError,
    NotVisibleError,
    PermissionMissingError,
    RefusedError,
)
from metapixel_provider.sharing import ids
from metapixel_provider.sharing.checks import Checks
from metapixel_provider.sharing.lifecycle import (
    Checked,
    Difference,
    Notice,
    Outcome,
    Properties,
    changed,
    without_none,
)
from metapixel_provider.sharing.sending import Sent, read_until, send, send_or_raise
from metapixel_provider.sharing.status import PermissionStatus
from metapixel_provider.sharing.tasks import ALLOW_AD_ACCOUNTS

if TYPE_CHECKING:
    from metapixel_provider.errors import MetaPixelError
    from metapixel_provider.sharing.meta import Meta

#: The next update sends these again, or finds them.
_UNFINISHED = (PermissionStatus.WAITING_FOR_SHARE, PermissionStatus.UNCONFIRMED)

#: How Meta may say that the business has not got the pixel; which of them is not published.
_REFUSALS = (InvalidParameterError, NotVisibleError, PermissionMissingError)


@dataclass(frozen=True)
class Permission:
    """An ad account of a business on a pixel."""

    pixel_id: str
    business_id: str
    ad_account_id: str

    @classmethod
    def of(cls, inputs: Mapping[str, object]) -> Permission:
        """The permission that checked inputs declare."""
        return cls(*(str(inputs[name]) for name in ids.PERMISSION))

    @property
    def id(self) -> str:
        """The resource id, `PIXEL/BUSINESS/ACCOUNT`."""
        return ids.permission_id(self.pixel_id, self.business_id, self.ad_account_id)

    def permitted(self, meta: Meta) -> bool:
        """Whether Meta shows it."""
        return meta.permits(self.pixel_id, self.business_id, self.ad_account_id)

    def __str__(self) -> str:
        return f"ad account {self.ad_account_id} on pixel {self.pixel_id}"


class PixelAdAccountPermissionLifecycle:
    """See `Lifecycle`."""

    def check(self, old: Properties, new: Properties) -> Checked:
        """Ids as digits; see `Lifecycle.check`."""
        checks = Checks(new)
        checks.id("pixel_id")
        checks.id("business_id")
        checks.ad_account("ad_account_id")
        checks.text("credentials")
        return checks.result()

    def key(self, inputs: Mapping[str, object]) -> str | None:
        """`PIXEL/BUSINESS/ACCOUNT`."""
        return ids.known(ids.PERMISSION, inputs)

    def difference(self, outputs: Properties, inputs: Properties) -> Difference:
        """A permission that waits for its share is tried again by every update."""
        replaces = changed(ids.PERMISSION, outputs, inputs)
        if replaces:
            return Difference(inputs_changed=True, replaces=replaces)
        waiting = outputs.get("status") == PermissionStatus.WAITING_FOR_SHARE
        notices = (_waited(Permission.of(outputs)),) if waiting else ()
        differs = bool(changed(("credentials",), outputs, inputs))
        due = outputs.get("status") in _UNFINISHED
        return Difference(inputs_changed=differs, needs_update=due, notices=notices)

    def create(self, meta: Meta, inputs: Properties, ours: bool = False) -> Outcome:
        """Adopts a permission that stands; waits where the business has not got the pixel yet."""
        permission = Permission.of(inputs)
        try:
            sent = self._adopt_or_permit(meta, permission)
        except _REFUSALS as refusal:
            if not self._may_permit(meta, permission, refusal):
                waits = PermissionStatus.WAITING_FOR_SHARE
                return self._outcome(inputs, waits, _waits(permission))
            # The share came after the refusal: another resource of this run may have made it.
            sent = self._adopt_or_permit(meta, permission)
        if sent is None:
            return self._outcome(inputs, PermissionStatus.ACTIVE)
        # From here on nothing raises: the engine would drop a permission that may exist.
        why = sent.error
        if why is None:
            try:
                if self._shows(meta, permission, expected=True):
                    return self._outcome(inputs, PermissionStatus.ACTIVE)
            except GraphError as error:
                why = error
        return self._outcome(inputs, PermissionStatus.UNCONFIRMED, _not_confirmed(permission, why))

    def read(self, meta: Meta, resource_id: str, recorded: Properties) -> Outcome:
        """Looks at the ad accounts of the business on the pixel."""
        permission = Permission(*ids.parts(resource_id, 3))
        inputs = dict(zip(ids.PERMISSION, ids.parts(resource_id, 3), strict=True))
        inputs |= {name: str(recorded[name]) for name in ("credentials",) if recorded.get(name)}
        status = recorded.get("status")
        waiting = status == PermissionStatus.WAITING_FOR_SHARE
        permitted = self._listed(meta, permission, expected=not waiting)
        if permitted:
            found = PermissionStatus.ACTIVE
        elif waiting or (permitted is None and status is not None):
            # Without the pixel a business is shown no permissions, but may still have them.
            found = PermissionStatus.WAITING_FOR_SHARE
        else:
            return Outcome(resource_id, {}, gone=True)
        return Outcome(resource_id, {**inputs, "status": found.value}, inputs={**inputs})

    def update(self, meta: Meta, outputs: Properties, inputs: Properties) -> Outcome:
        """Send a permission again that waits or is not confirmed; otherwise nothing is sent."""
        if outputs.get("status") in _UNFINISHED:
            return self.create(meta, inputs)
        return self._outcome(inputs, PermissionStatus.ACTIVE)

    def delete(self, meta: Meta, resource_id: str, recorded: Properties) -> tuple[Notice, ...]:
        """Withdraw the permission, also one that waits: versions before 0.1.0 recorded it so
        after they had sent it."""
        permission = Permission(*ids.parts(resource_id, 3))
        refusal: GraphError | None = None
        try:
            self._withdraw(meta, permission)
        except _REFUSALS as error:
            refusal = error
        permitted = self._listed(meta, permission, expected=False)
        if permitted is None:
            waiting = recorded.get("status") == PermissionStatus.WAITING_FOR_SHARE
            return () if waiting else (_out_of_sight(permission),)
        if not permitted:
            return ()
        raise refusal or RefusedError(
            f"Meta answered that {permission} is withdrawn, but still returns it; run the command "
            f"again, and withdraw it in Business Settings if it stays"
        )

    def unconfirmed(self, inputs: Properties, error: MetaPixelError) -> Outcome:
        """See `Lifecycle.unconfirmed`."""
        notice = _not_confirmed(Permission.of(inputs), error)
        return self._outcome(inputs, PermissionStatus.UNCONFIRMED, notice)

    def _adopt_or_permit(self, meta: Meta, permission: Permission) -> Sent[bool] | None:
        """Send the permission; None if it existed before."""
        if permission.permitted(meta):
            return None

        def write() -> bool:
            meta.permit(permission.pixel_id, permission.business_id, permission.ad_account_id)
            return True

        return send(meta, write, lambda: self._shows(meta, permission, expected=True) or None)

    def _withdraw(self, meta: Meta, permission: Permission) -> None:
        def write() -> bool:
            meta.withdraw(permission.pixel_id, permission.business_id, permission.ad_account_id)
            return True

        def effect() -> bool | None:
            return None if self._listed(meta, permission, expected=False) else True

        send_or_raise(meta, write, effect)

    def _shows(self, meta: Meta, permission: Permission, expected: bool) -> bool:
        """Return whether Meta lists the ad account, read until it is as expected."""

        def read() -> bool:
            found = permission.permitted(meta)
            share = ids.share_id(permission.pixel_id, permission.business_id)
            if not found and not expected and meta.wait_for_replicas(permission.id, share):
                meta.look_again(permission.id)
                found = permission.permitted(meta)
            return found

        return read_until(meta, permission.id, read, lambda found: found is expected)

    def _listed(self, meta: Meta, permission: Permission, expected: bool) -> bool | None:
        """As `_shows`; None if Meta refuses the list because the business has not got the pixel."""
        try:
            return self._shows(meta, permission, expected)
        except _REFUSALS:
            if meta.tasks_of(permission.business_id, permission.pixel_id) is not None:
                raise
            return None

    def _may_permit(self, meta: Meta, permission: Permission, refusal: GraphError) -> bool:
        """Whether the business has the pixel by now; raises the refusal where its tasks forbid."""
        tasks = meta.tasks_of(permission.business_id, permission.pixel_id)
        if tasks is None:
            return False
        if not ALLOW_AD_ACCOUNTS.intersection(tasks):
            advice = (
                f"the share gives business {permission.business_id} only {', '.join(tasks)}: "
                f"an ad account needs ADVERTISE or ANALYZE"
            )
            raise refusal.during("", advice) from None
        return True

    def _outcome(self, inputs: Properties, status: PermissionStatus, *notices: Notice) -> Outcome:
        outputs = without_none(inputs) | {"status": status.value}
        return Outcome(self.key(inputs) or "", outputs, notices)


def _not_confirmed(permission: Permission, error: Exception | None) -> Notice:
    why = error or "Meta does not return it yet"
    return Notice(
        f"The permission of {permission} was sent, but it could not be confirmed: {why}; run "
        f"`pulumi up` again, which reads it first"
    )


def _waits(permission: Permission) -> Notice:
    return Notice(
        f"Ad account {permission.ad_account_id} waits until business {permission.business_id} has "
        f"pixel {permission.pixel_id}: once it is shared, and the sharing request accepted, the "
        f"next `pulumi up` permits it",
        topic=f"{permission.id} waits",
    )


def _waited(permission: Permission) -> Notice:
    return Notice(
        f"Ad account {permission.ad_account_id} waited for pixel {permission.pixel_id} to be "
        f"shared when last looked at; `pulumi up` tries again to permit it",
        topic=f"{permission.id} waits",
    )


def _out_of_sight(permission: Permission) -> Notice:
    return Notice(
        f"Business {permission.business_id} has not got pixel {permission.pixel_id} any more, so "
        f"Meta does not show whether it keeps ad account {permission.ad_account_id} on it: look "
        f"into Business Settings if the pixel is shared with the business again"
    )
