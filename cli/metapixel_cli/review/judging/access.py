"""The access to an asset that a resource records or declares."""

from __future__ import annotations

from dataclasses import dataclass, replace

from metapixel_cli.review.reading.preview import Properties, Snapshot
from metapixel_cli.review.reading.values import is_known, items, shown
from metapixel_provider.sharing.asset import PIXEL
from metapixel_provider.sharing.resource_types import PREFIX, SHARES, ResourceType
from metapixel_provider.sharing.status import PermissionStatus, ShareStatus
from metapixel_provider.sharing.tasks import ADDED_BY_META, Task

#: Types whose resources grant access, and all types that a review can read.
GRANTS = (*SHARES, ResourceType.PERMISSION)
KNOWN_TYPES = (*GRANTS, ResourceType.RESPONSE)


def is_ours(type_: str) -> bool:
    """Return True for a type of this package, even if this version does not know it."""
    return type_.startswith(PREFIX)


@dataclass(frozen=True, order=True)
class Key:
    """An agency and an asset. A part is None if the preview does not contain it.

    `asset` is the word for the kind of the asset. `urn` keeps the keys of different resources apart
    while a part is None.
    """

    agency_id: str | None
    asset_id: str | None
    asset: str
    urn: str = ""

    @classmethod
    def of(cls, type_: ResourceType, properties: Properties, urn: str) -> Key:
        """Return the key of a share or a permission."""
        asset_id, agency_id = (shown(properties.get(name)) or None for name in type_.key[:2])
        asset = SHARES.get(type_, PIXEL).name
        return cls(agency_id, asset_id, asset, "" if agency_id and asset_id else urn)


@dataclass(frozen=True)
class Access:
    """The tasks and ad accounts of an agency on a pixel at one moment."""

    tasks: tuple[str, ...] = ()
    tasks_known: bool = True
    """False if there may be tasks that the preview does not contain."""
    ad_accounts: tuple[str, ...] = ()
    ad_accounts_unknown: int = 0
    """The number of ad accounts whose id the preview does not contain."""
    expires_on: str | None = ""
    """Empty if the access has no end, None if the preview does not contain the end."""

    @property
    def is_nothing(self) -> bool:
        """True if the agency is known to have no task."""
        return self.tasks_known and not self.tasks

    def joined(self, other: Access) -> Access:
        """Return the combined access of two resources with the same agency and pixel."""
        return Access(
            tasks=in_order((*self.tasks, *other.tasks)),
            tasks_known=self.tasks_known and other.tasks_known,
            ad_accounts=tuple(sorted({*self.ad_accounts, *other.ad_accounts})),
            ad_accounts_unknown=self.ad_accounts_unknown + other.ad_accounts_unknown,
            expires_on=other.expires_on if other.expires_on != "" else self.expires_on,
        )


NOTHING = Access()


def in_order(tasks: tuple[str, ...]) -> tuple[str, ...]:
    """Return each task once: known tasks in their order, then the unknown ones."""
    found = set(tasks) - ADDED_BY_META
    known = [task.value for task in Task if task in found]
    return (*known, *sorted(found.difference(known)))


def _tasks(value: object) -> Access:
    if not isinstance(value, list):
        return Access(tasks_known=value is None)
    tasks = [shown(item) for item in value]
    return Access(
        tasks=in_order(tuple(task for task in tasks if task)),
        tasks_known=None not in tasks and is_known(value),
    )


def _account(snapshot: Snapshot) -> Access:
    account = shown(snapshot.inputs.get("ad_account_id"))
    if not account:
        return Access(ad_accounts_unknown=1)
    return Access(ad_accounts=(account.removeprefix("act_"),))


def status_of(snapshot: Snapshot) -> str:
    """Return the recorded status. A resource that recorded none counts as active."""
    return shown(snapshot.outputs.get("status")) or ShareStatus.ACTIVE


def recorded(type_: str, snapshot: Snapshot) -> Access:
    """Return the access in the state, which is what Meta returned at the last read."""
    if type_ == ResourceType.PERMISSION:
        return _account(snapshot) if status_of(snapshot) == PermissionStatus.ACTIVE else NOTHING
    if status_of(snapshot) != ShareStatus.ACTIVE:
        return NOTHING
    granted = snapshot.outputs.get("granted_tasks")
    found = _tasks(granted) if granted is not None else Access(tasks_known=False)
    return replace(found, expires_on=shown(snapshot.inputs.get("expires_on")))


def declared(type_: str, snapshot: Snapshot) -> Access:
    """Return the access that the program declares, as if nobody had to accept it."""
    if type_ == ResourceType.PERMISSION:
        return _account(snapshot)
    tasks = snapshot.inputs.get("permitted_tasks")
    found = _tasks(tasks) if items(tasks) else Access(tasks_known=False)
    return replace(found, expires_on=shown(snapshot.inputs.get("expires_on")))
