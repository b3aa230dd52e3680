"""Our resources in a state that `pulumi stack export` wrote."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from metapixel_cli.stacks.engine import OWN, SIGNATURE, name_of, stack_of
from metapixel_cli.stacks.errors import StackError
from metapixel_cli.words import at_most
from metapixel_provider.errors import one_line
from metapixel_provider.sharing.engine_names import in_domain
from metapixel_provider.sharing.ids import digits
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.tasks import texts

#: The newest version of an exported state. Source: Pulumi, `sdk/go/common/apitype/core.go`.
_NEWEST = 4
#: The kind of a pending operation whose resource is not in the state yet.
_CREATING = "creating"


@dataclass(frozen=True)
class StackResource:
    """One of our resources in a state.

    `key` contains its ids: pixel and business, and the ad account of a permission. The key of a
    response is the id of its request. `inputs` and `outputs` have the domain's names. A value that
    is secret in the state is None. `dependencies` are the URNs on which the resource depends.
    """

    urn: str
    type: ResourceType
    key: tuple[str, ...]
    inputs: Mapping[str, object]
    outputs: Mapping[str, object]
    dependencies: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return name_of(self.urn)

    @property
    def has_ids(self) -> bool:
        """False if the key is incomplete, or if an id in the key is not a number."""
        if self.type is ResourceType.RESPONSE:
            return True
        try:
            found = tuple(map(digits, self.key))
        except ValueError:
            return False
        return found == self.key and len(found) == len(self.type.key)

    @property
    def gaps(self) -> Iterator[str]:
        """The reasons why this version cannot judge the resource."""
        status = self.outputs.get("status")
        if not self.has_ids:
            yield "its id in the state is incomplete"
        for input_ in sorted(self.inputs.keys() - {each.name for each in self.type.inputs}):
            yield f"this version does not know the input '{one_line(input_, 60)}'"
        # The status of a request is Meta's word, and says nothing about the access to a pixel.
        is_metas = self.type is ResourceType.RESPONSE
        if status is not None and status not in self.type.statuses and not is_metas:
            yield f"this version does not know the status '{one_line(status, 60)}'"


@dataclass(frozen=True)
class PendingOperation:
    """The record of an operation that a killed command did not complete.

    `kind` is the word of the engine, such as `creating`. `created` is the resource if the operation
    creates one of ours. It has no outputs, and its key is empty if an id is secret.
    """

    urn: str
    kind: str
    created: StackResource | None = None


@dataclass(frozen=True)
class StackState:
    """The state of a stack.

    `pending` are the operations of all providers that a killed command did not complete.
    """

    project: str
    stack: str
    resources: tuple[StackResource, ...]
    pending: tuple[PendingOperation, ...] = ()

    @property
    def created(self) -> tuple[StackResource, ...]:
        """Our resources that a killed command was creating."""
        return tuple(each.created for each in self.pending if each.created)

    @property
    def gaps(self) -> str:
        """The gaps in the resources as clauses, or an empty string."""
        every = (*self.resources, *self.created)
        return "; ".join(at_most([f"{each.name}: {gap}" for each in every for gap in each.gaps], 5))

    @property
    def title(self) -> str:
        """The name of the project and of the stack, for people."""
        return f"{self.project}/{self.stack}"


def read_export(data: bytes) -> StackState:
    """Return our resources in an exported state.

    Resources that a program only reads, with `.get()`, are not managed and are left out, and so are
    replaced resources that the next update deletes. A stack
    without any resource has no names in its state, so `project` and `stack` are empty. Raises
    StackError if the data is not an exported state, or if one of our resources is incomplete.
    """
    deployment = deployment_of(data)
    resources = resources_of(deployment)
    pending = tuple(_pending(deployment))
    urns = (*(str(resource.get("urn")) for resource in resources), *(each.urn for each in pending))
    names = map(stack_of, urns)
    project, stack = next((found for found in names if any(found)), ("", ""))
    return StackState(project, stack, tuple(_ours(resources)), pending)


def deployment_of(data: bytes) -> dict[str, object]:
    """Return the deployment of an exported state. Raises StackError if there is none."""
    try:
        exported = json.loads(data)
    except (ValueError, RecursionError):
        exported = None
    deployment = exported.get("deployment") if isinstance(exported, dict) else None
    if not isinstance(deployment, dict):
        raise StackError(
            "The state is not an exported stack; pass the output of `pulumi stack export`"
        )
    version = exported.get("version")
    if isinstance(version, int) and version > _NEWEST:
        raise StackError(
            f"The exported stack has the version {one_line(version, 40)}, and this program reads "
            f"versions up to {_NEWEST}; update pulumi-metapixel"
        )
    return deployment


def resources_of(deployment: Mapping[str, object]) -> list[dict[str, object]]:
    """Return all resources of a deployment. Raises StackError if they are not a list of objects."""
    return _objects(deployment.get("resources") or [], "resources")


def _objects(found: object, word: str) -> list[dict[str, object]]:
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise StackError(f"The {word} of the exported stack are not a list; export it again")
    return found


def _pending(deployment: Mapping[str, object]) -> Iterator[PendingOperation]:
    word = "pending operations"
    operations = _objects(deployment.get("pending_operations") or [], word)
    resources = _objects([each.get("resource") for each in operations], word)
    for operation, resource in zip(operations, resources, strict=True):
        urn, kind = str(resource.get("urn")), str(operation.get("type"))
        yield PendingOperation(urn, kind, _created(urn, resource) if kind == _CREATING else None)


def _created(urn: str, resource: Mapping[str, object]) -> StackResource | None:
    """Return one of our resources from its inputs, because the engine has not recorded its id."""
    type_, inputs = ResourceType.of(str(resource.get("type"))), resource.get("inputs")
    if type_ is None or not isinstance(inputs, Mapping):
        return None
    readable = _readable(inputs)
    id_ = type_.id_of(readable)
    return StackResource(urn, type_, tuple(id_.split("/")) if id_ else (), readable, {})


def _ours(resources: list[dict[str, object]]) -> Iterator[StackResource]:
    for resource in resources:
        type_ = ResourceType.of(str(resource.get("type")))
        if type_ is None or resource.get("external") is True or resource.get("delete") is True:
            continue
        urn, id_ = resource.get("urn"), resource.get("id")
        inputs, outputs = resource.get("inputs", {}), resource.get("outputs", {})
        if not (
            isinstance(urn, str)
            and isinstance(id_, str)
            and id_
            and isinstance(inputs, Mapping)
            and isinstance(outputs, Mapping)
        ):
            raise StackError(
                f"The exported stack has an incomplete resource "
                f"({one_line(urn or type_, 200)}); export it again"
            )
        yield StackResource(
            urn,
            type_,
            tuple(id_.split("/")),
            _readable(inputs),
            _readable(outputs),
            frozenset(texts(resource.get("dependencies"))),
        )


def _readable(properties: Mapping[str, object]) -> dict[str, object]:
    """Return the properties without the values of secrets and the engine's own properties."""
    return {
        name: None if _is_special(value) else value
        for name, value in in_domain(properties).items()
        if not name.startswith(OWN)
    }


def _is_special(value: object) -> bool:
    if isinstance(value, Mapping):
        return SIGNATURE in value or any(map(_is_special, value.values()))
    return isinstance(value, list) and any(map(_is_special, value))
