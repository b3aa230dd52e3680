"""The declaration of a share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from metapixel_provider.sharing import ids
from metapixel_provider.sharing.resources import PIXEL_SHARE
from metapixel_provider.sharing.subjects import Subject
from metapixel_provider.sharing.tasks import OnExisting, Task, as_list, implied_by, settable

if TYPE_CHECKING:
    from metapixel_provider.sharing.contract import Properties

#: The inputs whose change causes a write, and those that are never sent to Meta.
SENT = ("permitted_tasks", "resend")
LOCAL = tuple(
    each.name for each in PIXEL_SHARE.inputs if not each.replaces and each.name not in SENT
)


@dataclass(frozen=True)
class ShareInputs:
    """The validated inputs. All of them are known.

    `tasks` are the permitted tasks in a fixed order. `local` contains the inputs that are only in
    the state, and never sent to Meta.
    """

    pixel_id: str
    agency_business_id: str
    tasks: tuple[Task, ...] = ()
    resend: str | None = None
    on_existing: str = OnExisting.ADOPT
    local: tuple[tuple[str, object], ...] = ()

    @classmethod
    def of(cls, inputs: Mapping[str, object]) -> ShareInputs:
        resend = inputs.get("resend")
        return cls(
            pixel_id=str(inputs["pixel_id"]),
            agency_business_id=str(inputs["agency_business_id"]),
            tasks=settable(as_list(inputs.get("permitted_tasks"))),
            resend=None if resend is None else str(resend),
            on_existing=str(inputs.get("on_existing") or OnExisting.ADOPT),
            local=tuple((name, inputs[name]) for name in LOCAL if inputs.get(name) is not None),
        )

    @property
    def expires_on(self) -> str:
        """The last day of the share as `YYYY-MM-DD`, or an empty text."""
        return str(dict(self.local).get("expires_on", ""))

    @property
    def id(self) -> str:
        return ids.share_id(self.pixel_id, self.agency_business_id)

    def is_shared_by(self, tasks: Iterable[Task]) -> bool:
        """Return whether an agency's tasks are the declared tasks, apart from implied tasks."""
        return set(self.tasks) <= set(tasks) <= {*self.tasks, *implied_by(self.tasks)}

    def properties(self) -> Properties:
        found: Properties = {
            "pixel_id": self.pixel_id,
            "agency_business_id": self.agency_business_id,
            "permitted_tasks": [task.value for task in self.tasks],
        }
        if self.resend is not None:
            found["resend"] = self.resend
        return found | dict(self.local)

    @property
    def subject(self) -> Subject:
        send_again = "change `resend` to send the share again"
        return Subject("share", f"share of {self}", self.id, send_again)

    def __str__(self) -> str:
        return f"pixel {self.pixel_id} with agency {self.agency_business_id}"
