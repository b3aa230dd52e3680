"""Declared access of agencies, as the access file, the component and the commands use it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from metapixel_provider.errors import ConfigurationError
from metapixel_provider.texts import one_line

if TYPE_CHECKING:
    from datetime import date

    from metapixel_provider.access_file.finding_name import FindingName
    from metapixel_provider.sharing.tasks import Task


def share_name(agency: str, pixel: str) -> str:
    """Return the resource name of a share, made from the labels of the agency and the pixel."""
    return f"{agency}-{pixel}"


def permission_name(agency: str, pixel: str, ad_account: str) -> str:
    """Return the resource name of a permission. The ad account is written as digits."""
    return f"{share_name(agency, pixel)}-{ad_account}"


@dataclass(frozen=True)
class LabelledPixel:
    """A pixel under a label. `previously` lists its former labels."""

    label: str
    id: str
    previously: tuple[str, ...] = ()


@dataclass(frozen=True)
class PixelGrant:
    """The declared access of an agency to one pixel.

    `ad_accounts` consist of digits. `expires_on` is the last day of the access in UTC, or None.
    """

    pixel: LabelledPixel
    tasks: tuple[Task, ...]
    ad_accounts: tuple[str, ...] = ()
    expires_on: date | None = None
    reason: str = ""

    def has_ended(self, today: date) -> bool:
        return self.expires_on is not None and self.expires_on < today


@dataclass(frozen=True)
class AgencyGrants:
    """The declared access of one agency business.

    `contact` is responsible for the access in the owner's business. If `resend` changes, the agency
    is asked again to accept shares that it declined.
    """

    label: str
    business_id: str
    grants: tuple[PixelGrant, ...]
    contact: str = ""
    resend: str = ""
    previously: tuple[str, ...] = ()


@dataclass(frozen=True)
class Accepted:
    """A finding of `metapixel access` that the owner accepts until a date.

    An empty `pixel_id` or `business_id` means any pixel or business. `subject_id` is an ad account,
    a user or a request. An entry with an empty `subject_id` accepts only findings without one.
    """

    finding: FindingName
    reason: str
    expires_on: date
    pixel_id: str = ""
    business_id: str = ""
    subject_id: str = ""

    def has_lapsed(self, today: date) -> bool:
        return self.expires_on < today


@dataclass(frozen=True)
class AccessFile:
    """An access file. `owner_business_id` is the business that owns the pixels."""

    owner_business_id: str
    pixels: Mapping[str, LabelledPixel] = field(default_factory=dict)
    agencies: tuple[AgencyGrants, ...] = ()
    accepted: tuple[Accepted, ...] = ()

    def grants(self) -> Iterator[tuple[AgencyGrants, PixelGrant]]:
        """Yield each grant with its agency, in the order of the file."""
        for agency in self.agencies:
            for grant in agency.grants:
                yield agency, grant


@dataclass(frozen=True, order=True)
class Mistake:
    """A mistake in an access file. `line` and `column` count from 1.

    `sentence` describes the mistake and the correction. `line` is 0 if the mistake has no place.
    """

    line: int
    column: int
    sentence: str


class AccessFileError(ConfigurationError):
    """The mistakes in an access file, or the reason why it is unreadable.

    The message has one line for each mistake. `path` is the path as the user wrote it.
    """

    def __init__(self, path: str, mistakes: Iterable[Mistake]) -> None:
        lines = []
        for each in sorted(mistakes):
            place = f":{each.line}:{each.column}" if each.line else ""
            lines.append(f"{one_line(path)}{place}: {each.sentence}")
        super().__init__("\n".join(lines))
