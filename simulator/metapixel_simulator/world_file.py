"""World files: YAML to a World and back, with errors that name the field."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import cast

import yaml

from .switches import Switches
from .world import (
    REQUEST_STATUSES,
    ROLES,
    TASKS,
    TOKEN_STATES,
    AdAccount,
    App,
    Business,
    Permission,
    Pixel,
    Relationship,
    Share,
    SharingRequest,
    Token,
    User,
    World,
)


class WorldError(ValueError):
    """A world file that cannot be used; the text starts with the field at fault."""


class Record:
    """One mapping of the file; each getter takes a field, `end` refuses what is left."""

    def __init__(self, where: str, value: object) -> None:
        if not isinstance(value, dict):
            raise WorldError(f"{where}: expected fields, got {_kind(value)}")
        self.where = where
        self._rest: dict[str, object] = {str(key): each for key, each in value.items()}
        self._known: list[str] = []

    def fail(self, name: str, problem: str) -> WorldError:
        return WorldError(f"{self.at(name)}: {problem}")

    def at(self, name: str) -> str:
        return f"{self.where}.{name}" if self.where else name

    def take(self, name: str, *, required: bool = False) -> object:
        self._known.append(name)
        value = self._rest.pop(name, None)
        if value is None and required:
            raise self.fail(name, "is required")
        return value

    def text(self, name: str, default: str | None = None) -> str:
        value = self.take(name, required=default is None)
        if value is None:
            return cast(str, default)
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise self.fail(name, f"expected text, got {_kind(value)}")
        return str(value)

    def id(self, name: str) -> str:
        return _id(self.at(name), self.take(name, required=True))

    def optional_id(self, name: str) -> str | None:
        value = self.take(name)
        return None if value is None else _id(self.at(name), value)

    def ids(self, name: str) -> tuple[str, ...]:
        return tuple(_id(where, each) for where, each in self.items(name))

    def one_of(self, name: str, allowed: Sequence[str], default: str) -> str:
        value = self.text(name, default)
        if value not in allowed:
            raise self.fail(name, f"{value!r} is none of {', '.join(allowed)}")
        return value

    def tasks(self, name: str) -> tuple[str, ...]:
        self._rest.setdefault(name, None)
        return _tasks(self.at(name), self.take(name, required=True))

    def flag(self, name: str) -> bool:
        value = self.take(name)
        if value is not None and not isinstance(value, bool):
            raise self.fail(name, f"expected true or false, got {_kind(value)}")
        return bool(value)

    def time(self, name: str) -> datetime | None:
        value = self.take(name)
        return None if value is None else _time(self.at(name), value)

    def items(self, name: str) -> Iterable[tuple[str, object]]:
        value = self.take(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.fail(name, f"expected a list, got {_kind(value)}")
        return [(f"{self.at(name)}[{place}]", each) for place, each in enumerate(value)]

    def mapping(self, name: str) -> Iterable[tuple[str, object, object]]:
        value = self.take(name)
        if value is None:
            return []
        if not isinstance(value, dict):
            raise self.fail(name, f"expected a mapping, got {_kind(value)}")
        return [(f"{self.at(name)}.{key}", key, each) for key, each in value.items()]

    def end(self) -> None:
        for name in self._rest:
            near = difflib.get_close_matches(name, self._known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(self._known)}"
            raise self.fail(name, f"no such field; {hint}")


def load(path: Path) -> World:
    try:
        return parse_text(path.read_text(encoding="utf-8"))
    except WorldError as error:
        raise WorldError(f"{path}: {error}") from None


def parse_text(text: str) -> World:
    try:
        return parse(yaml.safe_load(text) or {})
    except yaml.YAMLError as error:
        raise WorldError(f"not YAML: {error}") from None


def parse(value: object) -> World:
    """A world from plain data, as YAML or JSON give it. Raises WorldError."""
    file = Record("", value)
    world = World(clock=file.time("clock"), switches=_switches(file))
    for where, each in file.items("apps"):
        world.add(_app(Record(where, each)))
    for where, each in file.items("businesses"):
        world.add(_business(Record(where, each)))
    for name in ("users", "system_users"):
        for where, each in file.items(name):
            world.add(_user(Record(where, each), world, system=name == "system_users"))
    for where, each in file.items("tokens"):
        world.add(_token(Record(where, each), world))
    for where, each in file.items("ad_accounts"):
        world.add(_ad_account(Record(where, each), world))
    for where, each in file.items("pixels"):
        world.add(_pixel(Record(where, each), world))
    for where, each in file.items("relationships"):
        world.add(_relationship(Record(where, each), world))
    for where, each in file.items("shares"):
        world.add(_share(Record(where, each), world))
    for where, each in file.items("permissions"):
        world.add(_permission(Record(where, each), world))
    for where, each in file.items("requests"):
        world.add(_request(Record(where, each), world))
    file.end()
    return world


def _switches(file: Record) -> Switches:
    switches = Switches()
    for where, name, value in file.mapping("switches"):
        try:
            switches.set({str(name): value})
        except ValueError as error:
            raise WorldError(f"{where}: {error}") from None
    return switches


def _app(record: Record) -> App:
    app = App(
        id=record.id("id"),
        name=record.text("name", ""),
        secret=record.text("secret", "") or None,
        allow_edit=record.flag("allow_edit"),
    )
    record.end()
    return app


def _business(record: Record) -> Business:
    business = Business(id=record.id("id"), name=record.text("name"))
    record.end()
    return business


def _user(record: Record, world: World, *, system: bool) -> User:
    user = User(id=record.id("id"), name=record.text("name"), system=system)
    for where, key, role in record.mapping("roles"):
        business = _known(where, _id(where, key), world.businesses, "business")
        if role not in ROLES:
            raise WorldError(f"{where}: {role!r} is none of {', '.join(ROLES)}")
        user.roles[business] = str(role)
    record.end()
    return user


def _token(record: Record, world: World) -> Token:
    token = Token(
        token=record.text("token"),
        user=_known(record.at("user"), record.id("user"), world.users, "user"),
        app=_known(record.at("app"), record.id("app"), world.apps, "app"),
        scopes=tuple(str(each) for _, each in record.items("scopes")),
        expires_at=record.time("expires_at"),
        state=record.one_of("state", TOKEN_STATES, "valid"),
    )
    record.end()
    return token


def _ad_account(record: Record, world: World) -> AdAccount:
    account = AdAccount(
        id=record.id("id"),
        name=record.text("name"),
        owner=_known(record.at("owner"), record.id("owner"), world.businesses, "business"),
        client_of=record.ids("client_of"),
    )
    for place, business in enumerate(account.client_of):
        _known(record.at(f"client_of[{place}]"), business, world.businesses, "business")
    record.end()
    return account


def _pixel(record: Record, world: World) -> Pixel:
    pixel = Pixel(
        id=record.id("id"),
        name=record.text("name"),
        owner=_known(record.at("owner"), record.id("owner"), world.businesses, "business"),
        owner_ad_account=record.optional_id("owner_ad_account"),
        last_fired_time=record.time("last_fired_time"),
    )
    if pixel.owner_ad_account is not None:
        where = record.at("owner_ad_account")
        _known(where, pixel.owner_ad_account, world.ad_accounts, "ad account")
    record.end()
    return pixel


def _relationship(record: Record, world: World) -> Relationship:
    relationship = Relationship(
        owner=_known(record.at("owner"), record.id("owner"), world.businesses, "business"),
        agency=_known(record.at("agency"), record.id("agency"), world.businesses, "business"),
    )
    record.end()
    return relationship


def _share(record: Record, world: World) -> Share:
    share = Share(
        pixel=_known(record.at("pixel"), record.id("pixel"), world.pixels, "pixel"),
        agency=_known(record.at("agency"), record.id("agency"), world.businesses, "business"),
        permitted_tasks=record.tasks("permitted_tasks"),
    )
    record.end()
    return share


def _permission(record: Record, world: World) -> Permission:
    permission = Permission(
        pixel=_known(record.at("pixel"), record.id("pixel"), world.pixels, "pixel"),
        business=_known(record.at("business"), record.id("business"), world.businesses, "business"),
        ad_account=_known(
            record.at("ad_account"), record.id("ad_account"), world.ad_accounts, "ad account"
        ),
    )
    record.end()
    return permission


def _request(record: Record, world: World) -> SharingRequest:
    request = SharingRequest(
        id=record.id("id"),
        owner=_known(record.at("owner"), record.id("owner"), world.businesses, "business"),
        agency=_known(record.at("agency"), record.id("agency"), world.businesses, "business"),
        status=record.one_of("status", REQUEST_STATUSES, "PENDING"),
        created_at=record.time("created_at"),
        ended_at=record.time("ended_at"),
    )
    for where, pixel, tasks in record.mapping("pixels"):
        known = _known(where, _id(where, pixel), world.pixels, "pixel")
        request.pixels[known] = _tasks(where, tasks)
    record.end()
    return request


def _id(where: str, value: object) -> str:
    # YAML reads an unquoted id as a number.
    text = str(value).removeprefix("act_")
    if isinstance(value, bool) or not (text.isascii() and text.isdigit()):
        raise WorldError(f"{where}: expected an id in digits, got {_kind(value)}")
    return text


def _known(where: str, key: str, among: dict[str, object] | object, what: str) -> str:
    if key not in cast(dict[str, object], among):
        raise WorldError(f"{where}: there is no {what} {key}")
    return key


def _tasks(where: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise WorldError(f"{where}: expected a list of tasks, got {_kind(value)}")
    for task in value:
        if task not in TASKS:
            raise WorldError(f"{where}: {task!r} is none of {', '.join(TASKS)}")
    return tuple(dict.fromkeys(map(str, value)))


def _time(where: str, value: object) -> datetime:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise WorldError(
                f"{where}: {value!r} is not a time such as 2026-11-24T09:00:00Z"
            ) from None
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    raise WorldError(f"{where}: expected a time, got {_kind(value)}")


def _kind(value: object) -> str:
    return "nothing" if value is None else repr(value)


def dump(world: World) -> dict[str, object]:
    """Plain data that `parse` reads back to the same world; unset fields are left out."""
    data: dict[str, object] = {
        "clock": world.clock,
        "switches": world.switches.as_dict(),
        "apps": [vars(app) for app in world.apps.values()],
        "businesses": [vars(each) for each in world.businesses.values()],
        "users": [_user_data(each) for each in world.users.values() if not each.system],
        "system_users": [_user_data(each) for each in world.users.values() if each.system],
        "tokens": [vars(each) for each in world.tokens.values()],
        "pixels": [vars(each) for each in world.pixels.values()],
        "ad_accounts": [vars(each) for each in world.ad_accounts.values()],
        "relationships": [
            {"owner": owner, "agency": agency} for owner, agency in sorted(world.relationships)
        ],
        "shares": [
            {"pixel": pixel, "agency": agency, "permitted_tasks": tasks}
            for (pixel, agency), tasks in world.shares.items()
        ],
        "permissions": [
            {"pixel": pixel, "business": business, "ad_account": account}
            for pixel, business, account in world.permissions
        ],
        "requests": [vars(each) for each in world.requests.values()],
    }
    return cast(dict[str, object], _plain(data))


def dump_text(world: World) -> str:
    return yaml.safe_dump(dump(world), sort_keys=False, allow_unicode=True)


def _user_data(user: User) -> dict[str, object]:
    return {"id": user.id, "name": user.name, "roles": user.roles}


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items() if each is not None}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return value
