"""The declaration of a share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from metapixel_provider.sharing import ids
from metapixel_provider.sharing.common_notices import Subject
from metapixel_provider.sharing.records import Record, stored
from metapixel_provider.sharing.tasks import Task, implied_by, settable

#: The inputs whose change causes a write. The other ones that can change are never sent to Meta.
CAUSING_A_WRITE = ("permitted_tasks", "resend")


@dataclass(frozen=True)
class ShareInputs(Record):
    """The validated inputs. All of them are known. `expires_on` is the last day as `YYYY-MM-DD`."""

    pixel_id: str
    agency_business_id: str
    tasks: frozenset[Task] = stored("permitted_tasks", settable, frozenset())
    resend: str | None = None
    on_existing: str | None = None
    expires_on: str | None = None
    reason: str | None = None
    credentials: str | None = None

    @cached_property
    def id(self) -> str:
        return ids.share_id(self.pixel_id, self.agency_business_id)

    def is_shared_by(self, tasks: frozenset[Task]) -> bool:
        """Return whether an agency's tasks are the declared tasks, apart from implied tasks."""
        return self.tasks <= tasks <= self.tasks | implied_by(self.tasks)

    @property
    def subject(self) -> Subject:
        send_again = "change `resend` to send the share again"
        return Subject("share", f"share of {self}", self.id, send_again)

    def __str__(self) -> str:
        return f"pixel {self.pixel_id} with agency {self.agency_business_id}"
