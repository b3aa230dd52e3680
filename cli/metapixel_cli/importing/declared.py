"""The selected access that a program declares and its state does not contain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from metapixel_cli.importing.selection import NotImported, Permission, Selection, Share
from metapixel_cli.stacks.plan import Plan, PlannedResource
from metapixel_provider.sharing import ids
from metapixel_provider.sharing.contract import Outcome
from metapixel_provider.sharing.estate.adoption import adopted_permission, adopted_share
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.tasks import as_list


@dataclass(frozen=True)
class Declared:
    """The selected access that a program declares.

    `access` maps the URN of each resource that matches Meta to its record. `differing` is access
    that the program declares in another way than Meta lists it. `undeclared` are the ids of the
    access that the program does not declare.
    """

    access: Mapping[str, Outcome]
    differing: tuple[NotImported, ...]
    undeclared: frozenset[str]


def declared(plan: Plan, selection: Selection) -> Declared:
    """Compare the new resources of a plan with the selected access."""
    new = _new_resources(plan)
    access: dict[str, Outcome] = {}
    differing = []
    for each in selection.all():
        planned = new.get(each.id)
        if planned is None:
            continue
        unknown = ", ".join(planned.unknown_inputs)
        outcome = None if unknown else _record(planned, each)
        if outcome is not None:
            access[planned.urn] = outcome
        elif unknown:
            reason = (
                f"the value of {unknown} is not known before an update, so the resource cannot be "
                f"recorded yet"
            )
            differing.append(NotImported(each.id, each.title, reason))
        elif isinstance(each, Share):
            differing.append(NotImported(each.id, each.title, _other_tasks(planned, each)))
    undeclared = {*selection.shares, *selection.permissions}.difference(new)
    return Declared(access, tuple(differing), frozenset(undeclared))


def _new_resources(plan: Plan) -> dict[str, PlannedResource]:
    """Return the new shares and permissions by resource id."""
    types = (ResourceType.SHARE, ResourceType.PERMISSION)
    keys = {str(type_): type_.key for type_ in types}
    found = {}
    for planned in plan.values():
        if planned.type in keys and planned.is_new:
            id_ = ids.known(keys[planned.type], planned.inputs)
            if id_ is not None:
                found[id_] = planned
    return found


def _record(planned: PlannedResource, found: Share | Permission) -> Outcome | None:
    inputs = {name: value for name, value in planned.inputs.items() if not name.startswith("__")}
    if isinstance(found, Share):
        return adopted_share(inputs, found.agency, found.pixel.name)
    return adopted_permission(inputs)


def _other_tasks(planned: PlannedResource, share: Share) -> str:
    asked = ", ".join(map(str, as_list(planned.inputs.get("permitted_tasks"))))
    return f"the program declares {asked}, but Meta lists {', '.join(share.agency.tasks)}"
