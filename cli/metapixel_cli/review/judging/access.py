"""What a recorded or declared resource means as access to a pixel."""

from __future__ import annotations

from dataclasses import dataclass, replace

from metapixel_cli.review.reading.preview import Properties, Snapshot
from metapixel_cli.review.reading.values import is_told, items, shown
from metapixel_provider.sharing.resource_types import PREFIX, ResourceType
from metapixel_provider.sharing.status import PermissionStatus, ShareStatus
from metapixel_provider.sharing.tasks import ADDED_BY_META, Task

#: Types whose resources give access, and all types that a review can read.
GRANTS = (ResourceType.SHARE, ResourceType.PERMISSION)
KNOWN_TYPES = (*GRANTS, ResourceType.RESPONSE)


def is_ours(type_: str) -> bool:
    """Whether a resource is about access to pixels, in this version or another."""
    return type_.startswith(PREFIX)


@dataclass(frozen=True, order=True)
class Key:
    """Whose access to which pixel. What a preview does not tell is None; `urn` keeps such apart."""

    agency_id: str | None
    pixel_id: str | None
    urn: str = ""

    @classmethod
    def of(cls, type_: ResourceType, properties: Properties, urn: str) -> Key:
        """The key of a share or permission."""
        pixel_id, agency_id = (shown(properties.get(name)) or None for name in type_.key[:2])
        return cls(agency_id, pixel_id, "" if agency_id and pixel_id else urn)


@dataclass(frozen=True)
class Access:
    """What an agency can do with a pixel at one moment."""

    tasks: tuple[str, ...] = ()
    tasks_known: bool = True
    """False where there may be tasks that the preview does not tell."""
    ad_accounts: tuple[str, ...] = ()
    ad_accounts_unknown: int = 0
    """Ad accounts whose id the preview does not tell."""
    expires_on: str | None = ""
    """Empty without an end, None where the preview does not tell it."""

    @property
    def is_nothing(self) -> bool:
        """Whether the agency surely has no task."""
        return self.tasks_known and not self.tasks

    def joined(self, other: Access) -> Access:
        """Both together: two resources may speak of the same agency and pixel."""
        return Access(
            tasks=in_order((*self.tasks, *other.tasks)),
            tasks_known=self.tasks_known and other.tasks_known,
            ad_accounts=tuple(sorted({*self.ad_accounts, *other.ad_accounts})),
            ad_accounts_unknown=self.ad_accounts_unknown + other.ad_accounts_unknown,
            expires_on=other.expires_on if other.expires_on != "" else self.expires_on,
        )


NOTHING = Access()


def in_order(tasks: tuple[str, ...]) -> tuple[str, ...]:
    """Tasks once each, ours in their order; those new to us are kept."""
    found = set(tasks) - ADDED_BY_META
    known = [task.value for task in Task if task in found]
    return (*known, *sorted(found.difference(known)))


def _tasks(value: object) -> Access:
    if not isinstance(value, list):
        return Access(tasks_known=value is None)
    told = [shown(item) for item in value]
    return Access(
        tasks=in_order(tuple(task for task in told if task)),
        tasks_known=None not in told and is_told(value),
    )


def _account(snapshot: Snapshot) -> Access:
    account = shown(snapshot.inputs.get("ad_account_id"))
    if not account:
        return Access(ad_accounts_unknown=1)
    return Access(ad_accounts=(account.removeprefix("act_"),))


def status_of(snapshot: Snapshot) -> str:
    """The recorded status; a share or permission that never recorded one counts as active."""
    return shown(snapshot.outputs.get("status")) or ShareStatus.ACTIVE


def standing(type_: str, snapshot: Snapshot) -> Access:
    """The access that state says stands: what Meta showed when it was last looked at."""
    if type_ == ResourceType.PERMISSION:
        return _account(snapshot) if status_of(snapshot) == PermissionStatus.ACTIVE else NOTHING
    if status_of(snapshot) != ShareStatus.ACTIVE:
        return NOTHING
    granted = snapshot.outputs.get("granted_tasks")
    found = _tasks(granted) if granted is not None else Access(tasks_known=False)
    return replace(found, expires_on=shown(snapshot.inputs.get("expires_on")))


def declared(type_: str, snapshot: Snapshot) -> Access:
    """The access that the program declares, once nobody has to accept any more."""
    if type_ == ResourceType.PERMISSION:
        return _account(snapshot)
    tasks = snapshot.inputs.get("permitted_tasks")
    found = _tasks(tasks) if items(tasks) else Access(tasks_known=False)
    return replace(found, expires_on=shown(snapshot.inputs.get("expires_on")))
