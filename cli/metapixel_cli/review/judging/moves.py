"""Moves of resources: another name in the program, or another component that contains them."""

from __future__ import annotations

from dataclasses import dataclass

from metapixel_cli.review.reading.preview import Snapshot, Step
from metapixel_cli.stacks.engine import name_of

_STACK = "pulumi:pulumi:Stack"


@dataclass(frozen=True)
class Place:
    """The place of a resource in the program."""

    name: str
    component: str
    """The name of the component that contains the resource, empty if none does."""
    component_type: str
    """The types of this component and of those that contain it, joined by `$` as in a URN."""


@dataclass(frozen=True)
class Move:
    before: Place
    after: Place


def move(step: Step) -> Move | None:
    """Return the move of a resource that an alias names. Return None if it keeps its place."""
    if step.op not in ("same", "update") or step.old is None or step.new is None:
        return None
    found = Move(_place(step.old, step.old_urn), _place(step.new, step.urn))
    return None if found.before == found.after else found


def component_type(urn: str) -> str:
    """Return the types of the components that contain a resource, joined by `$`."""
    types = urn.split("::")[2:3]
    return types[0].rpartition("$")[0] if types else ""


def _place(snapshot: Snapshot, urn: str) -> Place:
    is_root = _STACK in snapshot.parent.split("::")
    return Place(name_of(urn), "" if is_root else name_of(snapshot.parent), component_type(urn))
