"""The things that a simulated Meta consists of, such as businesses and pixels.

The types of the fields are checked when a world file is read, not when Python code creates a thing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from pydantic import AfterValidator, Field, StrictBool

from .errors import TOKEN_ERRORS
from .field_types import AdAccountId, AppId, BusinessId, Id, PixelId, Time, UserId, one_of

TASKS = ("ANALYZE", "UPLOAD", "ADVERTISE", "EDIT")
ROLES = ("ADMIN", "EMPLOYEE")
OPEN_STATUSES = (
    "PENDING",
    "IN_PROGRESS",
    "PENDING_EMAIL_VERIFICATION",
    "PENDING_INTEGRITY_REVIEW",
    "MMA_DIRECT_ASSETS_PENDING",
)
ACCEPTED_STATUSES = ("APPROVE", "MMA_DIRECT_ASSETS_APPROVED")
ENDED_STATUSES = (
    "DECLINE",
    "CANCELED",
    "EXPIRED",
    "MMA_DIRECT_ASSETS_DECLINED",
    "MMA_DIRECT_ASSETS_EXPIRED",
)
REQUEST_STATUSES = OPEN_STATUSES + ACCEPTED_STATUSES + ENDED_STATUSES
TOKEN_STATES = ("valid", *TOKEN_ERRORS)

Tasks = Annotated[
    tuple[Annotated[str, one_of(*TASKS)], ...],
    Field(min_length=1),
    AfterValidator(lambda tasks: tuple(dict.fromkeys(tasks))),
]


class Thing:
    """A part of a world."""


@dataclass
class WithId(Thing):
    """A thing whose key is its id."""

    id: Id


@dataclass
class App(WithId):
    """An app. `allow_edit` is True if Meta allows the app to grant the task EDIT."""

    name: str = ""
    secret: str | None = None
    allow_edit: StrictBool = False


@dataclass
class User(WithId):
    """A person, or a system user. `roles` maps the id of a business to ADMIN or EMPLOYEE."""

    name: str
    roles: dict[BusinessId, Annotated[str, one_of(*ROLES)]] = field(default_factory=dict)
    email: str | None = None
    #: A world file has a section for system users instead.
    system: Annotated[bool, Field(exclude=True)] = False


@dataclass
class Token(Thing):
    token: str
    user: UserId
    app: AppId
    scopes: tuple[str, ...] = ()
    expires_at: Time | None = None
    data_access_expires_at: Time | None = None
    state: Annotated[str, one_of(*TOKEN_STATES)] = "valid"


@dataclass
class Business(WithId):
    name: str


@dataclass
class Pixel(WithId):
    name: str
    owner: BusinessId
    owner_ad_account: AdAccountId | None = None
    last_fired_time: Time | None = None


@dataclass
class AdAccount(WithId):
    """An ad account. `id` does not contain `act_`. The businesses in `client_of` may use it too."""

    name: str
    owner: BusinessId
    client_of: tuple[BusinessId, ...] = ()


@dataclass(frozen=True)
class Relationship(Thing):
    """A relationship, which exists once the agency has accepted a share from the owner.

    Later shares from the owner are active at once.
    """

    owner: BusinessId
    agency: BusinessId


@dataclass(frozen=True)
class Share(Thing):
    pixel: PixelId
    agency: BusinessId
    permitted_tasks: Tasks


@dataclass(frozen=True)
class Permission(Thing):
    pixel: PixelId
    business: BusinessId
    ad_account: AdAccountId


@dataclass(frozen=True)
class Assignment(Thing):
    """The tasks of a person or a system user on a pixel.

    Each business in which the user has a role lists the assignment. The assignment remains when the
    share of such a business ends.
    """

    pixel: PixelId
    user: UserId
    tasks: Tasks


@dataclass(frozen=True)
class AccountAssignment(Thing):
    """The tasks of a person or a system user on an ad account."""

    ad_account: AdAccountId
    user: UserId
    tasks: tuple[str, ...] = ("ADVERTISE",)


@dataclass
class Invitation(WithId):
    """An invitation of a person to a business, which the person has not accepted yet."""

    business: BusinessId
    email: str | None = None


@dataclass
class SharingRequest(WithId):
    """A request to an agency to accept pixels. `pixels` maps each pixel to its requested tasks."""

    owner: BusinessId
    agency: BusinessId
    pixels: dict[PixelId, Tasks] = field(default_factory=dict)
    status: Annotated[str, one_of(*REQUEST_STATUSES)] = "PENDING"
    created_at: Time | None = None
    ended_at: Time | None = None

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES

    def is_between(self, owner: str, agency: str) -> bool:
        return (self.owner, self.agency) == (owner, agency)
