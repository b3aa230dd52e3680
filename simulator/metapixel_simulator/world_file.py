"""Conversion of a world file (YAML) into things and back. Errors name the wrong field."""

from __future__ import annotations

import difflib
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import fields
from itertools import chain
from typing import Annotated, TypeVar, get_args

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import ErrorDetails

from .field_types import Time, shown
from .switches import Switches
from .things import (
    AdAccount,
    App,
    Assignment,
    Business,
    Permission,
    Pixel,
    Relationship,
    Share,
    SharingRequest,
    Thing,
    Token,
    User,
    UserFields,
)

#: The sections with things that others can refer to, and the words for these things in errors.
_KINDS = {
    "apps": "app",
    "businesses": "business",
    "users": "user",
    "system_users": "user",
    "ad_accounts": "ad account",
    "pixels": "pixel",
}
_EXPECTED = {
    "model_type": "fields",
    "dataclass_type": "fields",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "string_type": "text",
    "bool_type": "true or false",
}


class WorldError(ValueError):
    """A world file that cannot be used. The message begins with the name of the wrong field."""


def _given(record: object) -> object:
    """Return a record without the fields that have no value."""
    if not isinstance(record, dict):
        return record
    return {name: value for name, value in record.items() if value is not None}


Item = TypeVar("Item")
Section = list[Annotated[Item, BeforeValidator(_given)]]


class WorldFile(BaseModel):
    """The sections of a world file. A thing refers only to things in earlier sections."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    clock: Time | None = None
    switches: dict[str, object] = {}
    apps: Section[App] = []
    businesses: Section[Business] = []
    users: Section[UserFields] = []
    system_users: Section[UserFields] = []
    tokens: Section[Token] = []
    ad_accounts: Section[AdAccount] = []
    pixels: Section[Pixel] = []
    relationships: Section[Relationship] = []
    shares: Section[Share] = []
    permissions: Section[Permission] = []
    assignments: Section[Assignment] = []
    requests: Section[SharingRequest] = []

    @field_validator(*_KINDS)
    @classmethod
    def _note_ids(cls, section: list[App], info: ValidationInfo[dict[str, set[str]]]) -> list[App]:
        info.context[_KINDS[str(info.field_name)]].update(each.id for each in section)
        return section

    def things(self) -> Iterator[Thing]:
        yield from chain(self.apps, self.businesses)
        for section, system in ((self.users, False), (self.system_users, True)):
            yield from (User(**vars(each), system=system) for each in section)
        yield from chain(self.tokens, self.ad_accounts, self.pixels, self.relationships)
        yield from chain(self.shares, self.permissions, self.assignments, self.requests)

    def read_switches(self) -> Switches:
        """Return the switches. Raise WorldError if one of them is wrong."""
        switches = Switches()
        for name, value in self.switches.items():
            try:
                switches.set({name: value})
            except ValueError as error:
                raise WorldError(f"switches.{name}: {error}") from None
        return switches


def read(data: object) -> WorldFile:
    """Return a world file from plain data, such as parsed YAML or JSON.

    Raises WorldError for the first mistake only, because later mistakes often result from it.
    """
    known: dict[str, set[str]] = defaultdict(set)
    try:
        return WorldFile.model_validate(_given(_with_text_keys(data)), context=known)
    except ValidationError as error:
        raise WorldError(_sentence(error.errors()[0])) from None


def read_text(text: str) -> WorldFile:
    """Return a world file from YAML or JSON text. Raise WorldError for the first mistake."""
    try:
        return read(_parsed(text) or {})
    except yaml.YAMLError as error:
        raise WorldError(f"not YAML: {' '.join(str(error).split())}") from None


def _parsed(text: str) -> object:
    """Return the data in JSON or YAML text.

    JSON is not read as YAML: PyYAML would turn an escaped emoji into two surrogates, which no
    output can contain.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return yaml.safe_load(text)


def write_text(data: dict[str, object]) -> str:
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True)


def _with_text_keys(value: object) -> object:
    """Return data with all keys as text. YAML reads an unquoted id as a number."""
    if isinstance(value, dict):
        return {str(key): _with_text_keys(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_with_text_keys(each) for each in value]
    return value


def _sentence(error: ErrorDetails) -> str:
    """Return an error of pydantic as one line that begins with the name of the field."""
    where = ""
    for part in error["loc"]:
        where += f"[{part}]" if isinstance(part, int) else f".{part}" * (part != "[key]")
    return ": ".join(filter(None, (where.lstrip("."), _problem(error))))


def _problem(error: ErrorDetails) -> str:
    kind = error["type"]
    if kind == "value_error":
        return str(error["ctx"]["error"])
    if kind == "missing":
        return "is required"
    if kind in ("extra_forbidden", "unexpected_keyword_argument"):
        *place, name = error["loc"]
        known = _field_names(*place)
        near = difflib.get_close_matches(str(name), known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
        return f"no such field; {hint}"
    if kind in _EXPECTED:
        return f"expected {_EXPECTED[kind]}, got {shown(error['input'])}"
    return error["msg"]


def _field_names(section: int | str = "", *_: int | str) -> list[str]:
    """Return the names of a section's fields. Without a section, return the sections' names."""
    if not section:
        return list(WorldFile.model_fields)
    (item,) = get_args(WorldFile.model_fields[str(section)].annotation)
    return [each.name for each in fields(get_args(item)[0])]
