"""The age of a state, from a file that `pulumi stack export` wrote."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from metapixel_cli.review.reading.input_error import InputError
from metapixel_cli.review.reading.values import items, mapping, stack_of, text


@dataclass(frozen=True)
class State:
    """The time when the engine last wrote a state, and the stack that the state belongs to."""

    written: datetime | None
    """None if the state has no time, because nothing has changed the stack yet."""
    project: str = ""
    stack: str = ""


def read_state(data: bytes) -> State:
    """Return the age of a state. Raises InputError if the data is not an exported stack."""
    try:
        exported = mapping(json.loads(data))
    except (ValueError, RecursionError):
        exported = {}
    deployment = exported.get("deployment")
    if not isinstance(deployment, Mapping):
        raise InputError(
            "The state is not an exported stack; pass the output of `pulumi stack export`"
        )
    resources = map(mapping, items(deployment.get("resources")))
    places = (stack_of(text(resource.get("urn"))) for resource in resources)
    project, stack = next((place for place in places if any(place)), ("", ""))
    return State(_time(text(mapping(deployment.get("manifest")).get("time"))), project, stack)


def _time(written: str) -> datetime | None:
    """Return the time. The engine writes the year 1 if there is none."""
    try:
        time = datetime.fromisoformat(written)
        return time.astimezone(UTC) if time.tzinfo and time.year > 1 else None
    except (ValueError, OverflowError):
        return None
