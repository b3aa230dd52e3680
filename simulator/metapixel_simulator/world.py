"""The world of a simulated Meta: its businesses, people, tokens, assets, shares and requests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from operator import itemgetter
from pathlib import Path

from .grouped import Grouped
from .switches import Switches
from .things import (
    TASKS,
    AccountAssignment,
    AdAccount,
    App,
    Assignment,
    Business,
    Invitation,
    Permission,
    Pixel,
    Relationship,
    Share,
    SharingRequest,
    Thing,
    Token,
    User,
)
from .world_file import WorldError, WorldFile, read, read_text, write_text


class World:
    """All things in a simulated Meta, by their ids.

    Create a world from a file (`World.load`), from text (`World.parse`), or from things:
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
        #: The tasks of each share, by pixel and agency. The groups are pixels.
        self.shares: Grouped[tuple[str, str], tuple[str, ...]] = Grouped(itemgetter(0))
        #: Pixels, businesses and ad accounts. The groups are pairs of a pixel and a business.
        self.permissions: Grouped[tuple[str, str, str], None] = Grouped(itemgetter(0, 1))
        #: The tasks of each assignment, by pixel and user. The groups are pixels.
        self.assignments: Grouped[tuple[str, str], tuple[str, ...]] = Grouped(itemgetter(0))
        #: The tasks of each assignment to an ad account, by ad account and user.
        self.account_assignments: dict[tuple[str, str], tuple[str, ...]] = {}
        self.invitations: dict[str, Invitation] = {}
        self.requests: dict[str, SharingRequest] = {}
        self.add(*things)

    def add(self, *things: Thing) -> None:  # noqa: C901, PLR0912 - a table of kinds
        """Add things. A thing replaces an existing thing with the same key."""
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
                case Assignment():
                    self.assignments[thing.pixel, thing.user] = tuple(thing.tasks)
                case AccountAssignment():
                    self.account_assignments[thing.ad_account, thing.user] = tuple(thing.tasks)
                case Invitation():
                    self.invitations[thing.id] = thing
                case SharingRequest():
                    self.requests[thing.id] = thing

    def check(self) -> None:
        """Raise WorldError, with the field's name, if a thing refers to a missing thing."""
        read(self.as_dict())

    def tasks_of(self, pixel: str, business: str) -> tuple[str, ...]:
        """Return the tasks of a business on a pixel.

        The owner has all tasks. Another business has the tasks of its share.
        """
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
        """Read a world from a file.

        Raises WorldError, with the name of the wrong field. Raises OSError if the file is
        unreadable.
        """
        try:
            return cls.parse(Path(path).read_text(encoding="utf-8"))
        except WorldError as error:
            raise WorldError(f"{path}: {error}") from None

    @classmethod
    def parse(cls, text: str) -> World:
        """Read a world from YAML text. Raise WorldError, with the name of the wrong field."""
        file = read_text(text)
        world = cls(*file.things(), clock=file.clock)
        world.switches.set(file.switches)
        return world

    @classmethod
    def example(cls) -> World:
        """Return the packaged world: an owner and two agencies, each with a token."""
        return cls.load(Path(__file__).parent / "worlds" / "agency.yaml")

    def dump(self) -> str:
        """Return the world as YAML text, which `parse` can read."""
        return write_text(self.as_dict())

    def as_dict(self) -> dict[str, object]:
        """Return the world as the plain data of a world file, without fields that are not set."""
        users = self.users.values()
        file = WorldFile.model_construct(
            clock=self.clock,
            switches=dict(self.switches),
            apps=list(self.apps.values()),
            businesses=list(self.businesses.values()),
            users=[each for each in users if not each.system],
            system_users=[each for each in users if each.system],
            tokens=list(self.tokens.values()),
            ad_accounts=list(self.ad_accounts.values()),
            pixels=list(self.pixels.values()),
            relationships=[Relationship(*pair) for pair in sorted(self.relationships)],
            shares=[Share(*key, tasks) for key, tasks in self.shares.items()],
            permissions=[Permission(*key) for key in self.permissions],
            assignments=[Assignment(*key, tasks) for key, tasks in self.assignments.items()],
            account_assignments=[
                AccountAssignment(*key, tasks) for key, tasks in self.account_assignments.items()
            ],
            invitations=list(self.invitations.values()),
            requests=list(self.requests.values()),
        )
        return file.model_dump(mode="json", exclude_none=True, warnings=False)
