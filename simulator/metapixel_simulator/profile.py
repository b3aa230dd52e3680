"""Profiles: files that list how Meta behaves, one entry for each switch."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from .sentences import ParseError, parsed, sentence
from .switches import Switches


class ProfileError(ValueError):
    """A profile that cannot be used. The message names the file and the wrong field."""


class Entry(BaseModel):
    """The entry of a switch. An entry without an answer sets nothing."""

    model_config = ConfigDict(extra="forbid")

    verdict: Literal["same", "other", "inconclusive", "not run"]
    answer: object = None
    seen: str = ""
    reason: str = ""


class Profile(BaseModel):
    """The content of a profile."""

    model_config = ConfigDict(extra="forbid")

    version: Literal[1]
    probed_on: str
    api_version: str
    switches: dict[str, Entry]


def answers(path: Path) -> dict[str, object]:
    """Return the switches that a profile answers, with their values. Raise ProfileError."""
    try:
        profile = Profile.model_validate(parsed(path.read_bytes()))
    except ParseError as error:
        raise ProfileError(f"{path}: {error}") from None
    except ValidationError as error:
        raise ProfileError(f"{path}: {sentence(error, _field_names)}") from None
    defaults = dict(Switches())
    found = {name: entry.answer for name, entry in profile.switches.items()}
    try:
        # The name of a switch without an answer can be wrong too.
        Switches().set(
            {name: defaults.get(name) if each is None else each for name, each in found.items()}
        )
    except ValueError as error:
        raise ProfileError(f"{path}: switches: {error}") from None
    return {name: answer for name, answer in found.items() if answer is not None}


def _field_names(*place: int | str) -> list[str]:
    return list((Entry if place else Profile).model_fields)
