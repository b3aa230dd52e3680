"""Moves of resources: another name in the program, or another component that contains them."""

from __future__ import annotations

from dataclasses import dataclass

from metapixel_cli.review.reading.preview import Snapshot, Step
from metapixel_cli.stacks.engine import name_of


@dataclass(frozen=True)
class Place:
    """The place of a resource in the program."""

    resource: str
    """The name of the resource."""
    component: str | None
    """The name of the component that contains the resource; null if none does."""


@dataclass(frozen=True)
class Move:
    before: Place
    after: Place
    types: tuple[str, str]
    """The types of the components that contain the resource, before and after the move."""


def move(step: Step) -> Move | None:
    """Return the move of a resource that an alias names. Return None if it keeps its place."""
    if step.op not in ("same", "update") or step.old is None or step.new is None:
        return None
    places = _place(step.old, step.old_urn), _place(step.new, step.urn)
    types = component_type(step.old_urn), component_type(step.urn)
    is_same = places[0] == places[1] and types[0] == types[1]
    return None if is_same else Move(*places, types)


def component_type(urn: str) -> str:
    """Return the types of the components that contain a resource, joined by `$`."""
    types = urn.split("::")[2:3]
    return types[0].rpartition("$")[0] if types else ""


def _place(snapshot: Snapshot, urn: str) -> Place:
    return Place(name_of(urn), name_of(snapshot.component) or None)
