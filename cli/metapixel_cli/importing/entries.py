"""The selected access that a program declares, and its new entries in the state of the stack.

An entry combines the resource in the program's plan with the access that Meta lists. The entry is
equal to the entry that the engine would write if `pulumi up` adopted the access.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from metapixel_cli.grants.listed import ListedAccess
from metapixel_cli.importing.selection import Selection
from metapixel_cli.stacks.engine import OWN, name_of
from metapixel_cli.stacks.errors import StackError
from metapixel_cli.stacks.export import is_special, resources_in
from metapixel_cli.stacks.plan import Plan, PlannedResource, is_known
from metapixel_provider.sharing.contract import Outcome
from metapixel_provider.sharing.engine_names import for_programs, in_domain, in_native
from metapixel_provider.sharing.permission import lifecycle as permission
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.share import lifecycle as share
from metapixel_provider.sharing.tasks import texts

_PROVIDERS = "pulumi:providers:"


def with_entries(exported: bytes, new: Collection[Mapping[str, object]]) -> bytes:
    """Return an exported state with these entries at its end. Raises StackError."""
    document = json.loads(exported)
    document["deployment"]["resources"] = [*resources_in(exported), *new]
    return json.dumps(document).encode()


def urns_in(exported: bytes) -> frozenset[str]:
    """Return the URNs of all resources in an exported state. Raises StackError."""
    return frozenset(str(each.get("urn")) for each in resources_in(exported))


class Entries:
    """The new entries of a state for existing access.

    `recorded` are the URNs in the state. `access` maps the URN of each new share and permission
    that exists at Meta to its record. `new` has the entries by URN, each after those that it
    depends on. `imported` are the URNs of the imported access. The `blocked` access needs a
    resource that is neither in the state nor at Meta.
    """

    def __init__(
        self, plan: Plan, recorded: Collection[str], access: Mapping[str, Outcome]
    ) -> None:
        self._plan, self._recorded, self._access = plan, frozenset(recorded), access
        self._now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        self.new: dict[str, dict[str, object]] = {}
        self.blocked: list[str] = []
        for urn in access:
            if not self._add(urn):
                self.blocked.append(urn)
        self.imported = [urn for urn in self.new if urn in access]

    def _add(self, urn: str) -> bool:
        """Add a resource after its dependencies, and return whether it will be in the state."""
        if urn in self._recorded or urn in self.new:
            return True
        planned = self._plan.get(urn)
        if planned is None or not self._can_be_added(planned):
            return False
        if not all(map(self._add, _needed(planned))):
            return False
        self.new[urn] = self._entry(planned)
        return True

    def _can_be_added(self, planned: PlannedResource) -> bool:
        """Return whether a new resource exists at Meta, or needs only a record in the state."""
        ours = planned.urn in self._access
        engines = not planned.custom or planned.type.startswith(_PROVIDERS)
        return planned.is_new and (ours or engines) and not planned.unknown_inputs

    def _entry(self, planned: PlannedResource) -> dict[str, object]:
        if planned.urn in self._access:
            record = self._record_of_access(planned, self._access[planned.urn])
        elif planned.custom:
            inputs = dict(planned.inputs)
            record = {"id": str(uuid4()), "inputs": inputs, "outputs": inputs}
        else:
            # The next update registers the outputs that are not known yet.
            known = {name: value for name, value in planned.registered.items() if is_known(value)}
            record = {"inputs": dict(planned.declared), "outputs": known}
        found = {
            "urn": planned.urn,
            "custom": planned.custom,
            "type": planned.type,
            "parent": planned.parent,
            "dependencies": [*planned.dependencies],
            "propertyDependencies": dict(planned.property_dependencies),
            **record,
        }
        written = {name: value for name, value in found.items() if value not in ("", [], {})}
        return {**written, "created": self._now, "modified": self._now}

    def _record_of_access(self, planned: PlannedResource, outcome: Outcome) -> dict[str, object]:
        type_, outputs = ResourceType.of(planned.type), outcome.outputs
        if type_ is not None and planned.type == type_.native:
            outputs = in_native(outputs)
        return {
            "id": outcome.id,
            "inputs": dict(planned.inputs),
            "outputs": {**outputs, **_kept(planned)},
            "provider": self._provider(planned),
            # Before the first update, `pulumi up` fails if the program lacks the resource, and
            # so does not end the access.
            "protect": True,
        }

    def _provider(self, planned: PlannedResource) -> str:
        urn, _, _ = planned.provider.rpartition("::")
        if urn not in self.new:
            return planned.provider
        return f"{urn}::{self.new[urn]['id']}"


def _needed(planned: PlannedResource) -> Iterator[str]:
    """Yield the URNs of the resources that have to precede a resource in the state."""
    if planned.parent:
        yield planned.parent
    if planned.provider:
        yield planned.provider.rpartition("::")[0]
    yield from planned.dependencies
    for urns in planned.property_dependencies.values():
        if isinstance(urns, list):
            yield from map(str, urns)


@dataclass(frozen=True)
class ProgramAccess:
    """The selected access that a program declares.

    `access` maps the URN of each resource that matches Meta to its record. `differing` has the
    reasons why other declared access cannot be recorded, by resource id. `undeclared` are the ids
    of the access that the program does not declare.
    """

    access: Mapping[str, Outcome]
    differing: Mapping[str, str]
    undeclared: frozenset[str]


def declared(plan: Plan, selection: Selection) -> ProgramAccess:
    """Compare the new resources of a plan with the selected access."""
    new = _new_resources(plan)
    access: dict[str, Outcome] = {}
    differing: dict[str, str] = {}
    for each in selection.access.values():
        planned = new.get(each.id)
        if planned is None:
            continue
        if unknown := ", ".join(planned.unknown_inputs):
            differing[each.id] = (
                f"the value of {unknown} is not known before an update, so the resource cannot be "
                f"recorded yet"
            )
            continue
        outcome = _adopted(planned, each)
        if outcome is None:
            differing[each.id] = _other_tasks(planned, each)
        else:
            access[planned.urn] = outcome
    return ProgramAccess(access, differing, frozenset(selection.access.keys() - new.keys()))


def _new_resources(plan: Plan) -> dict[str, PlannedResource]:
    """Return the new resources by resource id. Raises StackError for a secret id or task."""
    found = {}
    for planned in plan.values():
        type_ = ResourceType.of(planned.type)
        if type_ and type_.is_access and planned.is_new:
            _check_secrets(planned, {*type_.identity, "permitted_tasks"})
            id_ = type_.id_of(in_domain(planned.inputs))
            if id_ is not None:
                found[id_] = planned
    return found


def _check_secrets(planned: PlannedResource, compared: Collection[str]) -> None:
    """Raise StackError if one of the inputs that the import compares is a secret."""
    secrets = in_domain(_kept(planned)).keys() & compared
    if secrets:
        refusal = (
            f"The import cannot compare `{min(secrets)}` of '{name_of(planned.urn)}' with Meta, "
            f"because the value is a secret; declare it as plain text"
        )
        raise StackError(for_programs(refusal, planned.urn))


def _adopted(planned: PlannedResource, found: ListedAccess) -> Outcome | None:
    """Return the record of access that Meta lists, or None if the program declares other tasks."""
    kept = _kept(planned)
    inputs = in_domain({name: each for name, each in planned.inputs.items() if name not in kept})
    if found.agency is not None:
        return share.adopted(inputs, found.agency, found.pixel.name, found.open_requests)
    return permission.adopted(inputs)


def _kept(planned: PlannedResource) -> dict[str, object]:
    """Return the inputs that outputs contain unchanged: secrets, and the reference to a class."""
    inputs = planned.inputs.items()
    return {name: each for name, each in inputs if name.startswith(OWN) or is_special(each)}


def _other_tasks(planned: PlannedResource, found: ListedAccess) -> str:
    asked = ", ".join(texts(in_domain(planned.inputs).get("permitted_tasks")))
    return f"the program declares {asked}, but Meta lists {', '.join(found.tasks)}"
