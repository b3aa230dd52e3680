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

#: An entry of a state, as JSON.
Entry = dict[str, object]


def with_entries(exported: bytes, new: Collection[Entry]) -> bytes:
    """Return an exported state with these entries at its end. Raises StackError."""
    document = json.loads(exported)
    document["deployment"]["resources"] = [*resources_in(exported), *new]
    return json.dumps(document).encode()


def urns_in(exported: bytes) -> frozenset[str]:
    """Return the URNs of all resources in an exported state. Raises StackError."""
    return frozenset(str(each.get("urn")) for each in resources_in(exported))


def new_entries(
    plan: Plan, recorded: Collection[str], access: Mapping[str, Outcome]
) -> dict[str, Entry]:
    """Return the new entries of a state by URN, each after those that it depends on.

    `recorded` are the URNs in the state. `access` maps the URN of each new share and permission
    that exists at Meta to its record. Access is left out if it needs a resource that is neither in
    the state nor at Meta.
    """
    entries: dict[str, Entry] = {}
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")

    def add(urn: str) -> bool:
        """Add a resource after its dependencies, and return whether it will be in the state."""
        if urn in recorded or urn in entries:
            return True
        planned = plan.get(urn)
        if planned is None or not _can_be_added(planned, access):
            return False
        for other in _predecessors(planned):
            if not add(other):
                return False
        record = _record(planned, access.get(urn), entries)
        entries[urn] = {**record, "created": now, "modified": now}
        return True

    for urn in access:
        add(urn)
    return entries


def _can_be_added(planned: PlannedResource, access: Mapping[str, Outcome]) -> bool:
    """Return whether a new resource exists at Meta, or needs only a record in the state."""
    if not planned.is_new or planned.unknown_inputs:
        return False
    is_component, is_provider = not planned.custom, planned.type.startswith("pulumi:providers:")
    return is_component or is_provider or planned.urn in access


def _record(
    planned: PlannedResource, access: Outcome | None, entries: Mapping[str, Entry]
) -> Entry:
    """Return the record of a resource. A provider and a component exist only in the state."""
    record: Entry = {
        "urn": planned.urn,
        "custom": planned.custom,
        "type": planned.type,
        "parent": planned.parent,
        "dependencies": [*planned.dependencies],
        "propertyDependencies": dict(planned.property_dependencies),
    }
    if access:
        record |= _record_of_access(planned, access)
        record["provider"] = _provider(planned.provider, entries)
    elif planned.custom:  # A provider, whose outputs are its inputs.
        inputs = dict(planned.inputs)
        record |= {"id": str(uuid4()), "inputs": inputs, "outputs": inputs}
    else:  # A component. The next update registers the outputs that are not known yet.
        known = {name: value for name, value in planned.registered.items() if is_known(value)}
        record |= {"inputs": dict(planned.declared), "outputs": known}
    # The engine writes no empty values.
    return {name: value for name, value in record.items() if value not in ("", [], {})}


def _record_of_access(planned: PlannedResource, access: Outcome) -> Entry:
    outputs = access.outputs
    is_of_native_plugin = planned.type in [each.native for each in ResourceType]
    if is_of_native_plugin:
        # It writes its names into the state, such as `pixelId` in place of `pixel_id`.
        outputs = in_native(outputs)
    return {
        "id": access.id,
        "inputs": dict(planned.inputs),
        "outputs": {**outputs, **_encoded_inputs(planned)},
        # Before the first update, `pulumi up` fails if the program lacks the resource, and so does
        # not end the access.
        "protect": True,
    }


def _provider(reference: str, entries: Mapping[str, Entry]) -> str:
    """Return the reference to a provider, which consists of its URN and its id."""
    urn, _, _ = reference.rpartition("::")
    # The planned id is of a preview, and the new entry of the provider has another one.
    return f"{urn}::{entries[urn]['id']}" if urn in entries else reference


def _predecessors(planned: PlannedResource) -> Iterator[str]:
    """Yield the URNs of the resources that have to precede a resource in the state."""
    if planned.parent:
        yield planned.parent
    if planned.provider:
        yield planned.provider.rpartition("::")[0]  # Without the id of the provider.
    yield from planned.dependencies
    for urns in planned.property_dependencies.values():
        if isinstance(urns, list):  # Other values, such as null, contain no URNs.
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
        if each.id not in new:
            continue
        outcome = _outcome_or_reason(new[each.id], each)
        if isinstance(outcome, Outcome):
            access[new[each.id].urn] = outcome
        else:
            differing[each.id] = outcome
    return ProgramAccess(access, differing, frozenset(selection.access.keys() - new.keys()))


def _new_resources(plan: Plan) -> dict[str, PlannedResource]:
    """Return the new resources by resource id. Raises StackError for a secret id or task."""
    found = {}
    for planned in plan.values():
        type_ = ResourceType.of(planned.type)
        if not (type_ and type_.is_access and planned.is_new):
            continue
        compared_with_meta = {*type_.identity, "permitted_tasks"}
        secrets = in_domain(_encoded_inputs(planned)).keys() & compared_with_meta
        if secrets:
            refusal = (
                f"The import cannot compare `{min(secrets)}` of '{name_of(planned.urn)}' with Meta,"
                f" because the value is a secret; declare it as plain text"
            )
            # The program may have another name for the input, such as `pixelId` for `pixel_id`.
            raise StackError(for_programs(refusal, planned.urn))
        id_ = type_.id_of(in_domain(planned.inputs))
        if id_ is not None:
            found[id_] = planned
    return found


def _outcome_or_reason(planned: PlannedResource, found: ListedAccess) -> Outcome | str:
    """Return the record of access that Meta lists, or the reason why it cannot be recorded."""
    unknown = ", ".join(planned.unknown_inputs)
    if unknown:
        return (
            f"the value of {unknown} is not known before an update, so the resource cannot be "
            f"recorded yet"
        )
    # Encoded inputs, such as a secret reason, cannot be compared. `_record_of_access` adds them.
    encoded = _encoded_inputs(planned)
    readable = {name: each for name, each in planned.inputs.items() if name not in encoded}
    # The native plugin writes `pixelId`, and the comparisons with Meta read `pixel_id`.
    inputs = in_domain(readable)
    agency = found.agency
    if agency is None:  # Only a share has it.
        return permission.adopted(inputs)
    outcome = share.adopted(inputs, agency, found.pixel.name, found.open_requests)
    if outcome is not None:
        return outcome
    in_program = ", ".join(texts(inputs.get("permitted_tasks")))
    return f"the program declares {in_program}, but Meta lists {', '.join(found.tasks)}"


def _encoded_inputs(planned: PlannedResource) -> dict[str, object]:
    """Return the inputs that only Pulumi can decode: secrets, and the reference to a class."""
    inputs = planned.inputs.items()
    return {name: each for name, each in inputs if name.startswith(OWN) or is_special(each)}
