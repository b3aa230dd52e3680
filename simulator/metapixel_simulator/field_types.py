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

from .sentences import shown

#: The ids of the things that were read so far, by the kind of thing.
KnownIds = Mapping[str, Set[str]]


def _digits(value: object) -> str:
    # YAML reads an unquoted id as a number.
    text = str(value).removeprefix("act_")
    if isinstance(value, bool) or not (text.isascii() and text.isdigit()):
        raise ValueError(f"must be an id in digits, not {shown(value)}")
    return text


def _id_of(kind: str) -> AfterValidator:
    """Return a validator for the id of an existing thing of this kind."""

    def check(value: str, info: ValidationInfo[KnownIds]) -> str:
        if value not in info.context[kind]:
            raise ValueError(f"there is no {kind} {value}")
        return value

    return AfterValidator(check)


def one_of(*allowed: str) -> PlainValidator:
    def check(value: object) -> str:
        if value not in allowed:
            raise ValueError(f"{value!r} is none of {', '.join(allowed)}")
        return str(value)

    return PlainValidator(check)


def _time(value: object) -> datetime:
    try:
        time = datetime.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"{value!r} is not a time such as 2026-11-24T09:00:00Z") from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


Id = Annotated[str, BeforeValidator(_digits)]
AppId = Annotated[Id, _id_of("app")]
UserId = Annotated[Id, _id_of("user")]
BusinessId = Annotated[Id, _id_of("business")]
PixelId = Annotated[Id, _id_of("pixel")]
AdAccountId = Annotated[Id, _id_of("ad account")]
Time = Annotated[datetime, PlainValidator(_time), PlainSerializer(datetime.isoformat)]
