"""The world of a simulated Meta: its businesses, people, tokens, assets, shares and requests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from operator import itemgetter
from pathlib import Path
from typing import Any

from . import things
from .grouped import Grouped
from .switches import Switches
from .world_file import WorldError, WorldFile, read, read_text, write_text

#: The things that have an id, and the names of their sections.
_BY_ID: dict[type, str] = {
    things.App: "apps",
    things.User: "users",
    things.Business: "businesses",
    things.Pixel: "pixels",
    things.AdAccount: "ad_accounts",
    things.Invitation: "invitations",
    things.SharingRequest: "requests",
}


class World:
    """All things in a simulated Meta, by their ids.

    Create a world from a file (`World.load`), from text (`World.parse`), or from things:
    `World(Business("1", "Acme"), Pixel("2", "Web", owner="1"))`.
    """

    def __init__(
        self,
        *given: things.Thing,
        switches: Switches | None = None,
        clock: datetime | None = None,
    ) -> None:
        self.switches = switches or Switches()
        self.clock = clock
        self.apps: dict[str, things.App] = {}
        self.users: dict[str, things.User] = {}
        self.tokens: dict[str, things.Token] = {}
        self.businesses: dict[str, things.Business] = {}
        self.pixels: dict[str, things.Pixel] = {}
        self.ad_accounts: dict[str, things.AdAccount] = {}
        self.relationships: set[tuple[str, str]] = set()
        #: The tasks of each share, by pixel and agency. The groups are pixels.
        self.shares: Grouped[tuple[str, str], tuple[str, ...]] = Grouped(itemgetter(0))
        #: Pixels, businesses and ad accounts. The groups are pairs of a pixel and a business.
        self.permissions: Grouped[tuple[str, str, str], None] = Grouped(itemgetter(0, 1))
        #: The tasks of each assignment, by pixel and user. The groups are pixels.
        self.assignments: Grouped[tuple[str, str], tuple[str, ...]] = Grouped(itemgetter(0))
        #: The tasks of each assignment to an ad account, by ad account and user.
        self.account_assignments: dict[tuple[str, str], tuple[str, ...]] = {}
        self.invitations: dict[str, things.Invitation] = {}
        self.requests: dict[str, things.SharingRequest] = {}
        self.add(*given)

    def add(self, *given: things.Thing) -> None:
        """Add things. A thing replaces an existing thing with the same key."""
        for thing in given:
            match thing:
                case things.Token():
                    self.tokens[thing.token] = thing
                case things.Relationship():
                    self.relationships.add((thing.owner, thing.agency))
                case things.Share():
                    self.shares[thing.pixel, thing.agency] = tuple(thing.permitted_tasks)
                case things.Permission():
                    self.permissions[thing.pixel, thing.business, thing.ad_account] = None
                case things.Assignment():
                    self.assignments[thing.pixel, thing.user] = tuple(thing.tasks)
                case things.AccountAssignment():
                    self.account_assignments[thing.ad_account, thing.user] = tuple(thing.tasks)
                case things.WithId():
                    vars(self)[_BY_ID[type(thing)]][thing.id] = thing

    def check(self) -> None:
        """Raise WorldError, with the field's name, if a thing refers to a missing thing."""
        read(self.as_dict())

    def tasks_of(self, pixel: str, business: str) -> tuple[str, ...]:
        """Return the tasks of a business on a pixel.

        The owner has all tasks. Another business has the tasks of its share.
        """
        found = self.pixels.get(pixel)
        if found is not None and found.owner == business:
            return things.TASKS
        return self.shares.get((pixel, business), ())

    def open_requests(self) -> list[things.SharingRequest]:
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
        world = cls(*file.all_things(), clock=file.clock)
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
        sections: dict[str, Any] = {
            name: list(vars(self)[name].values()) for name in _BY_ID.values()
        }
        users = sections.pop("users")
        file = WorldFile.model_construct(
            clock=self.clock,
            switches=dict(self.switches),
            users=[each for each in users if not each.system],
            system_users=[each for each in users if each.system],
            tokens=list(self.tokens.values()),
            relationships=[things.Relationship(*pair) for pair in sorted(self.relationships)],
            shares=[things.Share(*key, tasks) for key, tasks in self.shares.items()],
            permissions=[things.Permission(*key) for key in self.permissions],
            assignments=[things.Assignment(*key, tasks) for key, tasks in self.assignments.items()],
            account_assignments=[
                things.AccountAssignment(*key, tasks)
                for key, tasks in self.account_assignments.items()
            ],
            **sections,
        )
        return file.model_dump(mode="json", exclude_none=True, warnings=False)
