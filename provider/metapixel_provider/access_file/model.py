"""Declared access of agencies, as the access file, the component and the commands use it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from metapixel_provider.sharing.tasks import Task


@dataclass(frozen=True)
class Pixel:
    """A pixel under a label. `previously` lists its former labels."""

    label: str
    id: str
    previously: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grant:
    """The declared access of an agency to one pixel.

    `ad_accounts` consist of digits. `expires_on` is the last day of the access in UTC, or None.
    """

    pixel: Pixel
    tasks: tuple[Task, ...]
    ad_accounts: tuple[str, ...] = ()
    expires_on: date | None = None
    reason: str = ""

    def has_ended(self, today: date) -> bool:
        """Return whether the last day of the access lies before `today`."""
        return self.expires_on is not None and self.expires_on < today


@dataclass(frozen=True)
class AgencyGrants:
    """The declared access of one agency business. `contact` answers for the access in the owner."""

    label: str
    business_id: str
    grants: tuple[Grant, ...]
    contact: str = ""
    previously: tuple[str, ...] = ()


@dataclass(frozen=True)
class Accepted:
    """A finding of `metapixel access` that the owner accepts until a date.

    `finding` is the name of the finding. `pixel_id`, `business_id` and `subject_id` (an ad account
    or a user) select the rows; an empty id selects every row.
    """

    finding: str
    reason: str
    expires_on: date
    pixel_id: str = ""
    business_id: str = ""
    subject_id: str = ""

    def has_lapsed(self, today: date) -> bool:
        """Return whether the acceptance ended before `today`."""
        return self.expires_on < today


@dataclass(frozen=True)
class AccessFile:
    """An access file. `owner_business_id` is the business that owns the pixels."""

    owner_business_id: str
    pixels: Mapping[str, Pixel] = field(default_factory=dict)
    agencies: tuple[AgencyGrants, ...] = ()
    accepted: tuple[Accepted, ...] = ()
