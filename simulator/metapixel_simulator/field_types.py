"""The types of the fields in a world file. A type reads, checks and writes the field's value."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import UTC, datetime
from typing import Annotated

from pydantic import (
    AfterValidator,
    BeforeValidator,
    PlainSerializer,
    PlainValidator,
    ValidationInfo,
)

#: The ids of the things that were read so far, by the kind of thing.
KnownIds = Mapping[str, Set[str]]


def _digits(value: object) -> str:
    # YAML reads an unquoted id as a number.
    text = str(value).removeprefix("act_")
    if isinstance(value, bool) or not (text.isascii() and text.isdigit()):
        raise ValueError(f"expected an id in digits, got {shown(value)}")
    return text


def id_of(*kinds: str) -> AfterValidator:
    """Return a validator for the id of an existing thing of one of these kinds."""

    def check(value: str, info: ValidationInfo[KnownIds]) -> str:
        if not any(value in info.context[kind] for kind in kinds):
            raise ValueError(f"there is no {' or '.join(kinds)} {value}")
        return value

    return AfterValidator(check)


def one_of(*allowed: str) -> PlainValidator:
    def check(value: object) -> str:
        if value not in allowed:
            raise ValueError(f"{value!r} is none of {', '.join(allowed)}")
        return str(value)

    return PlainValidator(check)


def some_of(*allowed: str) -> PlainValidator:
    """Return a validator for a non-empty list of these tasks. The validator removes duplicates."""

    def check(value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not value:
            raise ValueError(f"expected a list of tasks, got {shown(value)}")
        for task in value:
            if task not in allowed:
                raise ValueError(f"{task!r} is none of {', '.join(allowed)}")
        return tuple(dict.fromkeys(value))

    return PlainValidator(check)


def _time(value: object) -> datetime:
    try:
        time = datetime.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"{value!r} is not a time such as 2026-11-24T09:00:00Z") from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def shown(value: object) -> str:
    """Return a value from a file as text for an error message."""
    return "nothing" if value is None else repr(value)


Id = Annotated[str, BeforeValidator(_digits)]
AppId = Annotated[Id, id_of("app")]
UserId = Annotated[Id, id_of("user")]
BusinessId = Annotated[Id, id_of("business")]
PixelId = Annotated[Id, id_of("pixel")]
AdAccountId = Annotated[Id, id_of("ad account")]
Time = Annotated[datetime, PlainValidator(_time), PlainSerializer(datetime.isoformat)]
