"""The state of a simulated Meta: who exists, who may do what, what is shared with whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from .switches import Switches

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
TOKEN_STATES = (
    "valid",
    "expired",
    "invalid",
    "password_changed",
    "checkpointed",
    "unconfirmed",
    "app_removed",
)


@dataclass
class App:
    """`allow_edit`: Meta put the app on the list of those that may give the task EDIT."""

    id: str
    name: str = ""
    secret: str | None = None
    allow_edit: bool = False


@dataclass
class User:
    """A person or, with `system`, a system user; `roles` maps a business to ADMIN or EMPLOYEE."""

    id: str
    name: str
    roles: dict[str, str] = field(default_factory=dict)
    system: bool = False


@dataclass
class Token:
    token: str
    user: str
    app: str
    scopes: tuple[str, ...] = ()
    expires_at: datetime | None = None
    state: str = "valid"


@dataclass
class Business:
    id: str
    name: str


@dataclass
class Pixel:
    id: str
    name: str
    owner: str
    owner_ad_account: str | None = None
    last_fired_time: datetime | None = None


@dataclass
class AdAccount:
    """`id` in digits, without `act_`; `client_of`: businesses that see it as a client's."""

    id: str
    name: str
    owner: str
    client_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Relationship:
    """`agency` accepted once to receive assets of `owner`: later shares stand at once."""

    owner: str
    agency: str


@dataclass(frozen=True)
class Share:
    pixel: str
    agency: str
    permitted_tasks: tuple[str, ...]


@dataclass(frozen=True)
class Permission:
    pixel: str
    business: str
    ad_account: str


@dataclass
class SharingRequest:
    """What `agency` is asked to accept: `pixels` maps each pixel to the tasks it would get."""

    id: str
    owner: str
    agency: str
    pixels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    status: str = "PENDING"
    created_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES


Thing = (
    App
    | User
    | Token
    | Business
    | Pixel
    | AdAccount
    | Relationship
    | Share
    | Permission
    | SharingRequest
)


class World:
    """Everything there is, looked up by id.

    Build one from a file (`World.load`), from text, or from objects:
    `World(Business("1", "Acme"), Pixel("2", "Web", owner="1"))`.
    """

    def __init__(
        self,
        *things: Thing,
        switches: Switches | None = None,
        clock: datetime | None = None,
    ) -> None:
        self.switches = switches or Switches()
        self.clock = clock
        self.apps: dict[str, App] = {}
        self.users: dict[str, User] = {}
        self.tokens: dict[str, Token] = {}
        self.businesses: dict[str, Business] = {}
        self.pixels: dict[str, Pixel] = {}
        self.ad_accounts: dict[str, AdAccount] = {}
        self.relationships: set[tuple[str, str]] = set()
        self.shares: dict[tuple[str, str], tuple[str, ...]] = {}
        self.permissions: dict[tuple[str, str, str], None] = {}
        self.requests: dict[str, SharingRequest] = {}
        self.add(*things)

    def add(self, *things: Thing) -> None:
        """Add things, or replace those with the same key."""
        for thing in things:
            match thing:
                case App():
                    self.apps[thing.id] = thing
                case User():
                    self.users[thing.id] = thing
                case Token():
                    self.tokens[thing.token] = thing
                case Business():
                    self.businesses[thing.id] = thing
                case Pixel():
                    self.pixels[thing.id] = thing
                case AdAccount():
                    self.ad_accounts[thing.id] = thing
                case Relationship():
                    self.relationships.add((thing.owner, thing.agency))
                case Share():
                    self.shares[thing.pixel, thing.agency] = tuple(thing.permitted_tasks)
                case Permission():
                    self.permissions[thing.pixel, thing.business, thing.ad_account] = None
                case SharingRequest():
                    self.requests[thing.id] = thing

    def check(self) -> None:
        """Raises WorldError, naming the field, when something refers to what does not exist."""
        from .world_file import dump, parse

        parse(dump(self))

    def tasks_of(self, pixel: str, business: str) -> tuple[str, ...]:
        """What a business may do on a pixel: everything as its owner, else what was shared."""
        found = self.pixels.get(pixel)
        if found is not None and found.owner == business:
            return TASKS
        return self.shares.get((pixel, business), ())

    def open_requests(self) -> list[SharingRequest]:
        return [request for request in self.requests.values() if request.is_open]

    def new_request_id(self) -> str:
        taken: Iterable[int] = (int(each) for each in self.requests if each.isdigit())
        return str(max(taken, default=2_400_000_000_000_000) + 1)

    @classmethod
    def load(cls, path: str | Path) -> World:
        """Read a world file. Raises WorldError (naming the field) and OSError."""
        from .world_file import load

        return load(Path(path))

    @classmethod
    def parse(cls, text: str) -> World:
        """Read a world from YAML text. Raises WorldError."""
        from .world_file import parse_text

        return parse_text(text)

    @classmethod
    def example(cls) -> World:
        """The packaged world: an owner, two agencies and the tokens to act as each."""
        return cls.load(Path(__file__).parent / "worlds" / "agency.yaml")

    def dump(self) -> str:
        """The world as YAML that `parse` reads back."""
        from .world_file import dump_text

        return dump_text(self)
