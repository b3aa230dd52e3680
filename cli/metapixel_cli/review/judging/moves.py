"""Moves of resources: another name in the program, or another component that contains them."""

from __future__ import annotations

from dataclasses import dataclass

from metapixel_cli.review.reading.preview import Snapshot, Step
from metapixel_cli.stacks.engine import name_of


@dataclass(frozen=True)
class Move:
    """A move of a resource in the program, with its name and its component."""

    before: str
    after: str


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


def _place(snapshot: Snapshot, urn: str) -> str:
    """Return a name such as `one`, or `one in spring (shop:Group)` if a component contains it."""
    types = component_type(urn)
    return name_of(urn) + (f" in {name_of(snapshot.component)} ({types})" if types else "")
