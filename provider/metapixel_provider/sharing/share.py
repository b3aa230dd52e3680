"""A share: what is declared, where it stands, and how both are said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from metapixel_provider.errors import ConfigurationError, one_line
from metapixel_provider.sharing import ids
from metapixel_provider.sharing.lifecycle import Notice, Properties, without_none
from metapixel_provider.sharing.status import ShareStatus
from metapixel_provider.sharing.tasks import Task, settable

if TYPE_CHECKING:
    from metapixel_provider.sharing.nodes import Agency

ANSWERED_NO = frozenset({ShareStatus.DECLINED, ShareStatus.CANCELED})


@dataclass(frozen=True)
class Share:
    """What is declared, as far as Meta is concerned."""

    pixel_id: str
    agency_business_id: str
    tasks: tuple[Task, ...]

    @classmethod
    def of(cls, inputs: Mapping[str, object]) -> Share:
        """The share that checked inputs declare."""
        return cls(
            pixel_id=str(inputs["pixel_id"]),
            agency_business_id=str(inputs["agency_business_id"]),
            tasks=settable(as_list(inputs.get("permitted_tasks"))),
        )

    @property
    def id(self) -> str:
        """The resource id, `PIXEL/AGENCY`."""
        return ids.share_id(self.pixel_id, self.agency_business_id)

    def __str__(self) -> str:
        return f"pixel {self.pixel_id} with agency {self.agency_business_id}"

    def is_granted(self, agency: Agency | None) -> bool:
        """Whether Meta shows exactly the declared tasks."""
        return agency is not None and settable(agency.tasks) == self.tasks


@dataclass(frozen=True)
class Standing:
    """Where a share stands, as it goes into state."""

    status: ShareStatus
    granted_tasks: tuple[str, ...] = ()
    pending_request_id: str = ""
    agency_name: str = ""

    @classmethod
    def of(cls, recorded: Mapping[str, object]) -> Standing:
        """What state has recorded; a share that was never recorded counts as active."""
        granted = recorded.get("granted_tasks")
        return cls(
            status=_status(recorded.get("status") or ShareStatus.ACTIVE),
            granted_tasks=tuple(map(str, granted)) if isinstance(granted, list) else (),
            pending_request_id=str(recorded.get("pending_request_id") or ""),
            agency_name=str(recorded.get("agency_name") or ""),
        )

    @classmethod
    def active(cls, agency: Agency) -> Standing:
        """A share that Meta shows."""
        return cls(ShareStatus.ACTIVE, agency.tasks, agency_name=one_line(agency.name))

    @property
    def unconfirmed(self) -> bool:
        """Meta said yes and was not seen to show it."""
        return self.status is ShareStatus.PENDING and not self.pending_request_id

    def outputs(self, inputs: Mapping[str, object]) -> Properties:
        """Inputs and standing, as state holds them."""
        return without_none(inputs) | {
            "status": self.status.value,
            "granted_tasks": list(self.granted_tasks),
            "pending_request_id": self.pending_request_id,
            "agency_name": self.agency_name,
        }


#: Where a share stands, and what a person should know about it.
Settled = tuple["Standing", tuple[Notice, ...]]


def must_accept(share: Share, standing: Standing) -> Notice:
    """Who must accept which request, and how."""
    return Notice(
        f"Pixel {share.pixel_id} waits: {who(share, standing)} must accept sharing request "
        f"{standing.pending_request_id}, in its Business Settings under Requests, or with "
        f"a PixelSharingRequestResponse; then run `pulumi up --refresh`",
        topic=f"{share.id} waits",
    )


def waited(share: Share, standing: Standing) -> Notice:
    """What a preview can say, which does not look: as it stood when last looked at."""
    return Notice(
        f"Pixel {share.pixel_id} still waited for {who(share, standing)} to accept sharing "
        f"request {standing.pending_request_id} when last looked at; `pulumi up --refresh` looks",
        topic=f"{share.id} waits",
    )


def declined(share: Share, standing: Standing) -> Notice:
    """The agency was asked and has no access; what to do to ask again."""
    how = "declined" if standing.status is ShareStatus.DECLINED else "canceled"
    request = f" {standing.pending_request_id}" if standing.pending_request_id else ""
    return Notice(
        f"Sharing request{request} for pixel {share.pixel_id} to {who(share, standing)} was "
        f"{how}: the agency has no access and is not asked again until `resend` is changed"
    )


def who(share: Share, standing: Standing) -> str:
    """The agency by name, as far as it is known, and id."""
    name = f" {standing.agency_name}" if standing.agency_name else ""
    return f"agency{name} ({share.agency_business_id})"


def named(tasks: object) -> str:
    """Tasks as they stand in a sentence."""
    return ", ".join(map(str, tasks)) if isinstance(tasks, list | tuple) and tasks else "no task"


def as_list(value: object) -> list[object]:
    """A list from state or inputs, empty for anything else."""
    return list(value) if isinstance(value, list | tuple) else []


def _status(recorded: object) -> ShareStatus:
    try:
        return ShareStatus(str(recorded))
    except ValueError:
        raise ConfigurationError(
            f"The state holds the status '{one_line(recorded, 40)}', which this version of "
            f"pulumi-metapixel does not know; use the version that wrote it, or a newer one"
        ) from None
