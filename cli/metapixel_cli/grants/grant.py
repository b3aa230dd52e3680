"""A grant: the access of a business, or of one of its ad accounts, to a pixel."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property, reduce

from metapixel_provider.sharing.status import ENDED, PermissionStatus, ShareStatus
from metapixel_provider.sharing.tasks import Task, without_added

#: The only task of an ad account, which a permission gives it.
ACCOUNT_TASKS = (Task.ADVERTISE.value,)
#: The statuses of a request that has ended, and of a permission whose business lacks the pixel.
WITHOUT_ACCESS = frozenset(
    {*ENDED, PermissionStatus.WAITING_FOR_SHARE, PermissionStatus.ENDED_BY_OWNER}
)


@dataclass(frozen=True, order=True)
class Key:
    """A pixel and its user: a business, or an ad account of the business.

    A part is None if it is hidden. `urn` then keeps the keys of different records apart.
    """

    business_id: str | None
    pixel_id: str | None
    ad_account_id: str | None = ""
    """The digits of the ad account, empty for the business itself."""
    urn: str = ""

    @property
    def is_hidden(self) -> bool:
        return None in (self.business_id, self.pixel_id, self.ad_account_id)

    def may_be(self, other: Key) -> bool:
        """Return whether both can be of the same grant. A hidden part can have any value."""
        # It is never hidden whether the user is the business itself (an empty id).
        is_account, other_is_account = self.ad_account_id != "", other.ad_account_id != ""
        if is_account != other_is_account:
            return False
        mine = self.business_id, self.pixel_id, self.ad_account_id
        theirs = other.business_id, other.pixel_id, other.ad_account_id
        both = zip(mine, theirs, strict=True)
        return all(one is None or another is None or one == another for one, another in both)

    @property
    def share(self) -> Key:
        """The key of the business, which may use the pixel only while it has a share."""
        share = replace(self, ad_account_id="")
        return share if share.is_hidden else replace(share, urn="")


@dataclass(frozen=True)
class Grant:
    """The access that a grant gives at one moment, or the outcome of the request for it."""

    tasks: tuple[str, ...] = ()
    """The tasks that are granted: ANALYZE, UPLOAD, ADVERTISE, EDIT, and any other task that Meta
    returns; of an ad account ADVERTISE. If the status is UNCONFIRMED: the tasks that may be
    granted."""
    tasks_known: bool = True
    """False if there may be other tasks that the source does not contain."""
    requested_tasks: tuple[str, ...] = ()
    """The tasks of a request that the agency has not accepted, or the task that an ad account gets
    once its business has the pixel. The status is the outcome."""
    status: str | None = None
    """The recorded status of the share or of the permission; null if there is no record."""
    request_id: str = ""
    """The sharing request, empty if there is none or if it is not known."""
    requested_on: str = ""
    """The UTC date of the request as YYYY-MM-DD; empty if it is not known."""
    requires_admin_approval: bool = False
    """True if another admin of the business had not approved the grant at the last read."""
    expires_on: str | None = ""
    """The day when the access should end, as YYYY-MM-DD; empty if there is none, null if it is
    hidden. The day ends nothing by itself, unless the component AgencyAccess declares the share."""
    reason: str | None = ""
    """The reason in the program; empty if there is none, null if it is hidden."""

    @property
    def is_nothing(self) -> bool:
        """True if the grant is known to give no task."""
        return self.tasks_known and not self.tasks

    @cached_property
    def offered(self) -> tuple[str, ...]:
        """The tasks that are granted now, or when the agency accepts an open request."""
        open_request = self.requested_tasks if self.status == ShareStatus.PENDING else ()
        return without_added((*self.tasks, *open_request))

    @property
    def offers_nothing(self) -> bool:
        """True if the grant is known to give no task, and to have no open request."""
        return self.tasks_known and not self.offered

    @property
    def is_confirmed(self) -> bool:
        """True if a read from Meta confirmed the access."""
        return not self.is_nothing and self.status == ShareStatus.ACTIVE

    @property
    def has_ended(self) -> bool:
        """True if the request has ended without access, or the business lacks the pixel."""
        return self.status in WITHOUT_ACCESS

    @property
    def is_request(self) -> bool:
        """True for a request that gives no access, because it is open or has ended."""
        is_sharing = self.status in {*ShareStatus}
        return bool(self.requested_tasks) and self.is_nothing and is_sharing

    def without_request(self) -> Grant:
        """Return only the access, without the request for it."""
        return replace(self, requested_tasks=(), requested_on="", request_id="")

    def with_tasks(self, other: Grant) -> Grant:
        """Return this grant with the tasks of another one too, each task once."""
        return replace(
            self,
            tasks=without_added((*self.tasks, *other.tasks)),
            tasks_known=self.tasks_known and other.tasks_known,
            requested_tasks=without_added((*self.requested_tasks, *other.requested_tasks)),
        )


NOTHING = Grant()


def combined(grants: Iterable[Grant]) -> Grant:
    """Return the access of all grants of one key. Of several end dates, the latest counts."""
    found = list(grants)
    return reduce(_combine_two, found) if found else NOTHING


def _combine_two(one: Grant, other: Grant) -> Grant:
    end = _later(one.expires_on, other.expires_on)
    # The first reason counts, unless one of the two is hidden.
    reason = None if other.reason is None else one.reason
    return replace(one.with_tasks(other), expires_on=end, reason=reason)


def _later(one: str | None, other: str | None) -> str | None:
    """Return the later of two end dates, or "" for no end. A hidden date may be the later one."""
    if one is None or other is None:
        return None
    has_end = one != "" and other != ""
    return max(one, other) if has_end else ""
