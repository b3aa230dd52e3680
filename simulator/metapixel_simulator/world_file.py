"""Conversion of a world file (YAML) into things and back. Errors name the wrong field."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, ValidationInfo, field_validator

from . import things
from .field_types import Time
from .sentences import ParseError, parsed, sentence
from .switches import Switches

#: The sections with things that others can refer to, and the words for these things in errors.
_KINDS = {
    "apps": "app",
    "businesses": "business",
    "users": "user",
    "system_users": "user",
    "ad_accounts": "ad account",
    "pixels": "pixel",
}


class WorldError(ValueError):
    """A world file that cannot be used. The message begins with the name of the wrong field."""


class WorldFile(BaseModel):
    """The sections of a world file. A thing refers only to things in earlier sections."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)

    clock: Time | None = None
    switches: dict[str, object] = {}
    apps: list[things.App] = []
    businesses: list[things.Business] = []
    users: list[things.User] = []
    system_users: list[things.User] = []
    tokens: list[things.Token] = []
    ad_accounts: list[things.AdAccount] = []
    pixels: list[things.Pixel] = []
    relationships: list[things.Relationship] = []
    shares: list[things.Share] = []
    permissions: list[things.Permission] = []
    assignments: list[things.Assignment] = []
    account_assignments: list[things.AccountAssignment] = []
    invitations: list[things.Invitation] = []
    requests: list[things.SharingRequest] = []

    @field_validator("switches")
    @classmethod
    def _check_switches(cls, values: dict[str, object]) -> dict[str, object]:
        Switches().set(values)
        return values

    @field_validator("system_users")
    @classmethod
    def _mark(cls, section: list[things.User]) -> list[things.User]:
        return [replace(each, system=True) for each in section]

    @field_validator(*_KINDS)
    @classmethod
    def _note_ids(cls, section: list[Any], info: ValidationInfo[dict[str, set[str]]]) -> list[Any]:
        info.context[_KINDS[str(info.field_name)]].update(each.id for each in section)
        return section

    def all_things(self) -> Iterator[things.Thing]:
        _, _, *sections = type(self).model_fields
        for section in sections:
            yield from getattr(self, section)


def read(data: object) -> WorldFile:
    """Return a world file from plain data, such as parsed YAML or JSON.

    Raises WorldError for the first mistake.
    """
    known: dict[str, set[str]] = defaultdict(set)
    try:
        return WorldFile.model_validate(_given(data), context=known)
    except ValidationError as error:
        raise WorldError(sentence(error, _field_names)) from None


def read_text(text: str) -> WorldFile:
    """Return a world file from YAML or JSON text. Raise WorldError for the first mistake."""
    try:
        return read(parsed(text) or {})
    except ParseError as error:
        raise WorldError(str(error)) from None


def write_text(data: dict[str, object]) -> str:
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True)


def _given(data: object) -> object:
    """Return data with all keys as text, and without the fields that have no value.

    YAML reads an unquoted id as a number.
    """
    if isinstance(data, dict):
        return {str(key): _given(value) for key, value in data.items() if value is not None}
    return list(map(_given, data)) if isinstance(data, list) else data


def _field_names(section: int | str = "", *_: int | str) -> Sequence[str]:
    """Return the names of a section's fields. Without a section, return the sections' names."""
    if not section:
        return list(WorldFile.model_fields)
    (item,) = get_args(WorldFile.model_fields[str(section)].annotation)
    return [each.name for each in fields(item)]
