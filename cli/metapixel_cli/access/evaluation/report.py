"""The report of `metapixel access`. Every format renders this data and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from metapixel_cli.grants.unread import AD_ACCOUNTS, SHARES, USERS, UnreadPart
from metapixel_provider.access_file.finding_name import FindingName as FindingName
from metapixel_provider.sharing.estate.offboarding import Named
from metapixel_provider.sharing.status import ShareStatus

#: Further statuses of a row, which shares and permissions do not have.
ABSENT = "ABSENT"
UNKNOWN = "UNKNOWN"


class Route(StrEnum):
    """The way in which access reaches its holder."""

    SHARE = "share"
    AD_ACCOUNT = "ad account"
    PERSON = "person"
    SYSTEM_USER = "system user"
    REQUEST = "request"
    """No access yet: the agency can still accept the request."""


class Managed(StrEnum):
    """A comparison of the access with the stacks of the report."""

    YES = "yes"
    """A stack declares the access."""
    NO = "no"
    """No stack of the report declares it."""
    BY_OWNER = "by owner"
    """An agency's stack cannot declare it, because the owner of the pixel decides on it."""
    UNKNOWN = "unknown"
    """A stack could not be read, or a stack may have sent the request."""


class Drift(StrEnum):
    """A comparison of the tasks at Meta with the declared tasks."""

    NONE = "none"
    """The tasks are the same, or no stack declares the access."""
    MORE = "more"
    FEWER = "fewer"
    OTHER = "other"
    """Meta lists tasks that are not declared, and lacks declared tasks."""
    ABSENT = "absent"
    """A stack records the access as active, and Meta does not list it."""
    UNKNOWN = "unknown"
    """A part or a stack that the comparison needs was not read."""


class End(StrEnum):
    """The declared end of the access."""

    NONE = "none"
    """No end is declared, or the access has ended."""
    EXPIRING = "expiring"
    """The last day has not passed."""
    OVERDUE = "overdue"
    """The last day has passed, and the access or the open request still exists."""
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Acceptance:
    """The reason and the last day of an accepted finding. A lapsed acceptance has no effect."""

    reason: str
    expires_on: date
    has_lapsed: bool


@dataclass(frozen=True)
class Finding:
    """A finding about a row, a pixel or an agency.

    `sentence` explains it to a person. `acceptance` is None unless the file of accepted findings
    names the finding.
    """

    name: FindingName
    sentence: str
    pixel_id: str = ""
    business_id: str = ""
    subject_id: str = ""
    acceptance: Acceptance | None = None

    @property
    def is_open(self) -> bool:
        """True unless the finding is accepted and the acceptance has not lapsed."""
        return self.acceptance is None or self.acceptance.has_lapsed


@dataclass(frozen=True, kw_only=True)
class Row:
    """One access of a business, an ad account or a user to a pixel, or one open request.

    A request has no pixel unless a stack records the request for it. `subject_id` is an ad account,
    a user or a request. `tasks` are the tasks at Meta, `declared_tasks` those of the stack.
    `status` is a `ShareStatus`, a `PermissionStatus`, `ABSENT` if Meta does not list the access, or
    `UNKNOWN` if a part that decides the status was not read. `open_since` is the date of an open
    request according to a stack; None means unknown.
    """

    route: Route
    owner_id: str
    owner_name: str
    pixel_id: str
    pixel_name: str
    business_id: str
    business_name: str
    subject_id: str = ""
    subject_name: str = ""
    tasks: tuple[str, ...] = ()
    declared_tasks: tuple[str, ...] = ()
    managed: Managed = Managed.UNKNOWN
    status: str
    drift: Drift = Drift.UNKNOWN
    end: End = End.UNKNOWN
    expires_on: date | None = None
    reason: str = ""
    contact: str
    stack: str = ""
    urn: str = ""
    open_since: date | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def has_access(self) -> bool:
        """True if Meta lists the access. An open request is not access."""
        if self.route is Route.REQUEST:
            return False
        return bool(self.tasks) or self.status in (ShareStatus.ACTIVE, ShareStatus.UNCONFIRMED)

    @property
    def is_open_request(self) -> bool:
        """True if Meta lists the request, so that the agency can still accept it."""
        return self.route is Route.REQUEST and self.status == ShareStatus.PENDING

    @property
    def may_be_open(self) -> bool:
        """True if the agency can, or perhaps can, still accept the request of the row."""
        return self.is_open_request or (self.route is Route.REQUEST and self.status == UNKNOWN)


@dataclass(frozen=True)
class PixelRead:
    """A pixel that a business of the report owns or received, according to Meta.

    `owner_id` is empty if Meta does not return the owner.
    """

    id: str
    name: str
    owner_id: str
    owner_name: str


@dataclass(frozen=True)
class Report:
    """The access to the pixels of some businesses, or of an agency's clients, at one time.

    `as_of` is in UTC. `address` is the address of the Graph API that was read, which may be a
    simulator. `findings` contains all findings, including the findings of the rows. `unread`
    contains the parts that were not read completely. `side` is `agency` if the business of the
    report received the pixels from its clients. `looked_at` are the businesses whose access was
    read, among them former agencies.
    """

    as_of: datetime
    address: str
    businesses: tuple[Named, ...]
    pixels: tuple[PixelRead, ...]
    stacks: tuple[str, ...]
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]
    unread: tuple[UnreadPart, ...]
    side: Literal["owner", "agency"] = "owner"
    looked_at: tuple[Named, ...] = ()

    @property
    def open_findings(self) -> tuple[Finding, ...]:
        """The findings that nobody has accepted, or whose acceptance has lapsed."""
        return tuple(each for each in self.findings if each.is_open)

    @property
    def accepted_findings(self) -> tuple[Finding, ...]:
        """The findings whose acceptance has not lapsed."""
        return tuple(each for each in self.findings if not each.is_open)

    @property
    def unused_pixels(self) -> list[PixelRead]:
        """The pixels that nobody may use. All lists of these pixels were read completely."""
        used = {row.pixel_id for row in self.rows if row.has_access}
        lists = (SHARES, AD_ACCOUNTS, USERS)
        used |= {part.subject_id for part in self.unread if part.part in lists}
        return [pixel for pixel in self.pixels if pixel.id not in used]
