"""Names of agencies and pixels, as Meta returned them, and of resources in the program."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from metapixel_cli.review.reading.preview import Snapshot, Step
from metapixel_cli.review.reading.values import shown
from metapixel_cli.stacks.engine import name_of

#: The properties that have the name of an id.
_NAMES = {"agency_business_id": "agency_name", "pixel_id": "pixel_name"}


def names_of(steps: Iterable[Step]) -> dict[str | None, str]:
    """Return the names by id, from the states in the steps. A newer state overrides an older one.

    Meta gives an id only once, so agencies and pixels have different ids.
    """
    found = dict[str | None, str]()
    for step in steps:
        if not step.is_ours:
            continue
        for side in filter(None, (step.old, step.new)):
            properties = {**side.outputs, **side.inputs}
            for id_property, name_property in _NAMES.items():
                id_, name = shown(properties.get(id_property)), shown(properties.get(name_property))
                if id_ and name:
                    found[id_] = name
    return found


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


def _place(snapshot: Snapshot, urn: str) -> str:
    """Return a name such as `one`, or `one in spring (shop:Group)` if a component contains it."""
    # A URN has the types of all components that contain the resource, joined by `$`.
    types = "".join(urn.split("::")[2:3]).rpartition("$")[0]
    if not types:
        return name_of(urn)
    return f"{name_of(urn)} in {name_of(snapshot.parent)} ({types})"
