"""The records of a share: its inputs and its state."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from metapixel_provider.sharing.records import Inputs, State, stored
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.status import NEEDS_APPROVAL, ShareStatus
from metapixel_provider.sharing.tasks import Task, implied_by, settable, texts

if TYPE_CHECKING:
    from metapixel_provider.sharing.nodes import Agency

#: The inputs whose change causes a write. The other ones that can change are never sent to Meta.
CAUSING_A_WRITE = ("permitted_tasks", "resend")


@dataclass(frozen=True)
class ShareInputs(Inputs):
    """The inputs of a share. `expires_on` is the last day as `YYYY-MM-DD`."""

    type_ = ResourceType.SHARE
    noun = "share"
    send_again = "change `resend` to send the share again"

    pixel_id: str
    agency_business_id: str
    tasks: frozenset[Task] = stored("permitted_tasks", settable, frozenset())
    resend: str | None = None
    on_existing: str | None = None
    expires_on: str | None = None
    reason: str | None = None
    credentials: str | None = None

    def is_shared_by(self, tasks: frozenset[Task]) -> bool:
        """Return whether an agency's tasks are the declared tasks, apart from implied tasks."""
        return self.tasks <= tasks <= self.tasks | implied_by(self.tasks)

    def __str__(self) -> str:
        return f"pixel {self.pixel_id} with agency {self.agency_business_id}"


@dataclass(frozen=True)
class ShareState(State):
    """The inputs that were last applied, and the results of later reads.

    `granted_tasks` are the tasks that Meta last returned. They are empty if the agency has no
    access. `revoking` are tasks that were revoked, but whose removal no read has confirmed yet.
    `added` are tasks that Meta added by itself. They never cause a diff. `requested_on` is the UTC
    date when Meta accepted the write that asked the agency, as `YYYY-MM-DD`. It is empty if the
    agency did not have to be asked, or if the share was adopted. `awaits_approval` is True if Meta
    answered the last write that another admin has to approve it, and no read confirmed the share.
    It `is_write_in_doubt` if Meta may not have received the last write, and no read confirmed it.
    """

    inputs: ShareInputs = stored("", ShareInputs.of)
    status: ShareStatus = stored("status", ShareStatus)
    granted_tasks: tuple[str, ...] = stored("granted_tasks", texts, ())
    pending_request_id: str = ""
    requested_on: str = ""
    agency_name: str = ""
    pixel_name: str = ""
    revoking: frozenset[Task] = stored("tasks_being_revoked", settable, frozenset())
    added: frozenset[Task] = stored("tasks_added_by_meta", settable, frozenset())
    awaits_approval: bool = stored(NEEDS_APPROVAL, bool, False)
    is_write_in_doubt: bool = stored("write_unanswered", bool, False)

    @classmethod
    def after_write(
        cls,
        declared: ShareInputs,
        before: ShareState | None,
        listed: Agency | None,
        revoke: frozenset[Task],
    ) -> ShareState:
        """Return the state after a write that no read has confirmed.

        `listed` is the agency as it was read before the write, and `revoke` are the tasks that the
        write should revoke.
        """
        start = before or cls(declared, ShareStatus.UNCONFIRMED)
        return replace(
            start,
            inputs=declared,
            status=ShareStatus.UNCONFIRMED,
            granted_tasks=listed.tasks if listed else (),
            pending_request_id="",
            revoking=revoke,
            added=start.added - declared.tasks,
            is_write_in_doubt=False,
        )

    def active(self, agency: Agency, tasks: frozenset[Task]) -> ShareState:
        """Return the state of a confirmed share. Tasks outside of `tasks` were added by Meta."""
        return replace(
            self,
            inputs=replace(self.inputs, tasks=tasks),
            status=ShareStatus.ACTIVE,
            granted_tasks=agency.tasks,
            pending_request_id="",
            agency_name=agency.name,
            revoking=frozenset(),
            added=agency.settable - tasks,
            awaits_approval=False,
            is_write_in_doubt=False,
        )

    def is_requested_for(self, tasks: frozenset[Task]) -> bool:
        """Return whether a share that is pending has these tasks, if Meta lists it.

        Meta returns a revoked task again if another task implies it.
        """
        return self.inputs.is_shared_by(tasks - self.revoking)

    @property
    def may_await_agency(self) -> bool:
        """True if the agency may still answer the recorded request: it was open or unread."""
        may_be_open = self.status in (ShareStatus.PENDING, ShareStatus.UNCONFIRMED)
        return may_be_open and bool(self.pending_request_id)

    @cached_property
    def ending(self) -> frozenset[Task]:
        """The revoked tasks that Meta returns only as long as it has not revoked them."""
        if self.is_write_in_doubt:
            return self.revoking  # Meta may not have received the revocation.
        # Meta still returns a revoked task if a declared one implies it.
        return self.revoking - implied_by(self.inputs.tasks)

    def has_taken_effect(self, agency: Agency | None) -> bool:
        """Return whether the agency has all tasks that were sent, and none that were revoked."""
        if agency is None:
            return False
        return agency.settable >= self.inputs.tasks and not agency.settable & self.revoking
