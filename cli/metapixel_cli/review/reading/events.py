"""The parts of an engine event, which has a number and the content of its kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from metapixel_cli.review.reading.values import mapping

Event = Mapping[str, object]


def contents(events: Iterable[Event], kind: str) -> list[Mapping[str, object]]:
    """Return the content of each event of a kind."""
    return [mapping(event[kind]) for event in events if kind in event]


def operations(events: Iterable[Event], kind: str) -> list[Mapping[str, object]]:
    """Return the description of the operation in each event of a kind."""
    return [mapping(content.get("metadata")) for content in contents(events, kind)]
