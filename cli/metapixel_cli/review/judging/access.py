"""The access to a pixel that a resource records or declares."""

from __future__ import annotations

from dataclasses import dataclass, replace

from metapixel_cli.review.reading.preview import Properties, Snapshot
from metapixel_cli.review.reading.values import is_known, items, shown
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.status import ENDED, NEEDS_APPROVAL, PermissionStatus, ShareStatus
from metapixel_provider.sharing.tasks import ADDED_BY_META, Task

#: Types whose resources grant access.
GRANTS = (ResourceType.SHARE, ResourceType.PERMISSION)


#: The statuses of a permission whose business does not have the pixel.
_WITHOUT_PIXEL = (PermissionStatus.WAITING_FOR_SHARE, PermissionStatus.ENDED_BY_OWNER)


@dataclass(frozen=True, order=True)
class Key:
    """An agency and a pixel. A part is None if the preview does not contain it.

    `urn` keeps the keys of different resources apart while a part is None.
    """

    agency_id: str | None
    pixel_id: str | None
    urn: str = ""

    @classmethod
    def of(cls, type_: ResourceType, properties: Properties, urn: str) -> Key:
        pixel_id, agency_id = (shown(properties.get(name)) or None for name in type_.key[:2])
        return cls(agency_id, pixel_id, "" if agency_id and pixel_id else urn)


@dataclass(frozen=True)
class Access:
    """The access of an agency to a pixel at one moment, or the outcome of the request for it."""

    tasks: tuple[str, ...]
    """The tasks that the agency has: ANALYZE, UPLOAD, ADVERTISE, EDIT, and any other task that
    Meta returns. If the status is UNCONFIRMED: the tasks that it may have."""
    tasks_known: bool
    """False if there may be tasks that the preview does not contain."""
    requested_tasks: tuple[str, ...]
    """The tasks of a request that the agency has not accepted. The status is the outcome of the
    request."""
    status: str | None
    """The recorded status of the share: ACTIVE, PENDING, UNCONFIRMED, DECLINED, EXPIRED or
    CANCELED; null if the state does not have the share."""
    requested_on: str | None
    """The UTC date of the request as YYYY-MM-DD; null if it is not known."""
    requires_admin_approval: bool
    """True if another admin of the business had not approved the share at the last read."""
    ad_accounts: tuple[str, ...]
    """Ad accounts that may use the pixel, as digits."""
    waiting_ad_accounts: tuple[str, ...]
    """Ad accounts whose business does not have the pixel, or no longer has it, as digits."""
    ad_accounts_unknown: int
    """The number of ad accounts whose id the preview does not contain."""
    expires_on: str | None
    """The day when the access should end, as YYYY-MM-DD; empty if there is none, null if the
    preview does not contain it. The day ends nothing by itself, unless the component AgencyAccess
    declares the share."""

    @property
    def is_nothing(self) -> bool:
        """True if the agency is known to have no task."""
        return self.tasks_known and not self.tasks

    @property
    def offered(self) -> tuple[str, ...]:
        """The tasks that the agency has, or gets when it accepts an open request."""
        open_request = self.requested_tasks if self.status == ShareStatus.PENDING else ()
        return in_order((*self.tasks, *open_request))

    @property
    def named(self) -> tuple[str, ...]:
        """The tasks that the agency has, followed by the tasks that it is asked to accept."""
        return tuple(dict.fromkeys((*self.tasks, *self.requested_tasks)))

    @property
    def offers_nothing(self) -> bool:
        """True if the agency is known to have no task and no open request."""
        return self.tasks_known and not self.offered

    def held(self) -> Access:
        """Return only the access, without open requests and waiting permissions."""
        return replace(self, requested_tasks=(), requested_on=None, waiting_ad_accounts=())

    def joined(self, other: Access) -> Access:
        """Return the combined access of two resources with the same agency and pixel."""
        share = self if self.status else other
        return replace(
            share,
            tasks=in_order((*self.tasks, *other.tasks)),
            tasks_known=self.tasks_known and other.tasks_known,
            requested_tasks=in_order((*self.requested_tasks, *other.requested_tasks)),
            ad_accounts=tuple(sorted({*self.ad_accounts, *other.ad_accounts})),
            waiting_ad_accounts=tuple(
                sorted({*self.waiting_ad_accounts, *other.waiting_ad_accounts})
            ),
            ad_accounts_unknown=self.ad_accounts_unknown + other.ad_accounts_unknown,
            expires_on=self._joined_end(other),
        )

    def _joined_end(self, other: Access) -> str | None:
        """Return the combined end date. Of two recorded dates, the later one counts."""
        ends = self.expires_on, other.expires_on
        if self.status and other.status:
            return None if None in ends else "" if "" in ends else max(filter(None, ends))
        return self.expires_on if other.expires_on == "" else other.expires_on


NOTHING = Access(
    tasks=(),
    tasks_known=True,
    requested_tasks=(),
    status=None,
    requested_on=None,
    requires_admin_approval=False,
    ad_accounts=(),
    waiting_ad_accounts=(),
    ad_accounts_unknown=0,
    expires_on="",
)


def in_order(tasks: tuple[str, ...]) -> tuple[str, ...]:
    """Return each task once: known tasks in their order, then unknown tasks."""
    found = set(tasks) - ADDED_BY_META
    known = [task.value for task in Task if task in found]
    return (*known, *sorted(found.difference(known)))


def _tasks(value: object) -> Access:
    if not isinstance(value, list):
        return replace(NOTHING, tasks_known=value is None)
    tasks = [shown(item) for item in value]
    return replace(
        NOTHING,
        tasks=in_order(tuple(task for task in tasks if task)),
        tasks_known=None not in tasks and is_known(value),
    )


def _account(snapshot: Snapshot) -> Access:
    account = shown(snapshot.inputs.get("ad_account_id"))
    if not account:
        return replace(NOTHING, ad_accounts_unknown=1)
    return replace(NOTHING, ad_accounts=(account.removeprefix("act_"),))


def status_of(snapshot: Snapshot) -> str:
    """Return the recorded status. A resource without a readable status counts as active."""
    return shown(snapshot.outputs.get("status")) or ShareStatus.ACTIVE.value


def recorded(type_: str, snapshot: Snapshot) -> Access:
    """Return the access in the state, as Meta returned it at the last read."""
    status, outputs = status_of(snapshot), snapshot.outputs
    if type_ == ResourceType.PERMISSION:
        found = _account(snapshot)
        if status in _WITHOUT_PIXEL:
            return replace(found, ad_accounts=(), waiting_ad_accounts=found.ad_accounts)
        return found
    declared_tasks = _tasks(snapshot.inputs.get("permitted_tasks"))
    granted = outputs.get("granted_tasks")
    if status == ShareStatus.ACTIVE:
        found = _tasks(granted) if granted is not None else replace(NOTHING, tasks_known=False)
    elif status == ShareStatus.PENDING or status in ENDED:
        found = replace(NOTHING, requested_tasks=declared_tasks.tasks)
    else:
        found = returned(snapshot).joined(declared_tasks)
    return replace(
        found,
        status=status,
        requested_on=shown(outputs.get("requested_on")) or None,
        requires_admin_approval=outputs.get(NEEDS_APPROVAL) is True,
        expires_on=shown(snapshot.inputs.get("expires_on")),
    )


def returned(snapshot: Snapshot) -> Access:
    """Return the tasks that Meta returned at the last read, without those that were revoked."""
    granted, revoked = (
        items(snapshot.outputs.get(name)) for name in ("granted_tasks", "tasks_being_revoked")
    )
    return _tasks([task for task in granted if task not in revoked])


def added_by_meta(snapshot: Snapshot) -> Access:
    """Return the tasks that Meta added to a share by itself. An update does not revoke them."""
    return _tasks(items(snapshot.outputs.get("tasks_added_by_meta")))


def declared(type_: str, snapshot: Snapshot) -> Access:
    """Return the access that the program declares, as if nobody had to accept it."""
    if type_ == ResourceType.PERMISSION:
        return _account(snapshot)
    tasks = snapshot.inputs.get("permitted_tasks")
    found = _tasks(tasks) if items(tasks) else replace(NOTHING, tasks_known=False)
    return replace(found, expires_on=shown(snapshot.inputs.get("expires_on")))
