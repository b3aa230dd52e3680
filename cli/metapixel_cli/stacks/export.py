"""Our resources in a state that `pulumi stack export` wrote."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from metapixel_cli.grants.grant import Grant, Key
from metapixel_cli.stacks.engine import OWN, SIGNATURE, mapping, name_of, parsed, stack_of, text
from metapixel_cli.stacks.errors import StackError
from metapixel_cli.words import at_most
from metapixel_provider.errors import ConfigurationError
from metapixel_provider.sharing.days import day
from metapixel_provider.sharing.engine_names import in_domain
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.tasks import in_order, texts
from metapixel_provider.texts import one_line

#: The newest version of an exported state. Source: Pulumi, `sdk/go/common/apitype/core.go`.
_NEWEST = 4
#: The resources of pending operations, by kind and URN.
_Operations = Mapping[tuple[str, str], Mapping[str, object]]


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
    def stack(self) -> str:
        return "/".join(stack_of(self.urn))

    @property
    def access(self) -> Key:
        """The key of a share or permission."""
        pixel_id, business_id, *account = self.key
        return Key(business_id, pixel_id, *account)

    @cached_property
    def grant(self) -> Grant:
        """The declared tasks, and the recorded status and request."""
        # A secret input is None. Only a share has tasks, and without a date, access has no end.
        tasks, end = self.inputs.get("permitted_tasks"), self.inputs.get("expires_on", "")
        hides_tasks = self.type is ResourceType.SHARE and tasks is None
        return Grant(
            tasks=in_order(texts(tasks)),
            tasks_known=not hides_tasks,
            status=self.output("status"),
            request_id=self.output("pending_request_id"),
            requested_on=_day(self.output("requested_on")),
            expires_on=None if end is None else _day(end),
            reason=text(self.inputs.get("reason")),
        )

    def output(self, name: str) -> str:
        """Return an output, empty if it is absent, secret or not a text."""
        return text(self.outputs.get(name))

    @property
    def has_ids(self) -> bool:
        """False if the key is incomplete, or if an id in the key is not a number."""
        try:
            return tuple(self.type.ids_in("/".join(self.key)).values()) == self.key
        except ConfigurationError:
            return False

    @property
    def gaps(self) -> Iterator[str]:
        """The reasons why this version cannot evaluate the resource."""
        if not self.has_ids:
            yield "its id in the state is incomplete"
        for name in sorted(self.inputs.keys() - self.type.input_names):
            yield f"this version does not know the input '{one_line(name, 60)}'"
        status = self.outputs.get("status")
        # The status of a request is Meta's word, and says nothing about the access to a pixel.
        if status is None or self.type is ResourceType.RESPONSE:
            return
        if status not in self.type.statuses:
            yield f"this version does not know the status '{one_line(status, 60)}'"


@dataclass(frozen=True)
class StackState:
    """The state of a stack. If there is a `reason`, some or all of our resources are missing.

    `name` has the project and the stack. `half_created` are our resources whose creation a killed
    run did not complete. They have no outputs, and a later run may have recorded them among the
    `resources`. `pending` names all operations that a killed run did not complete, of all
    providers, such as `one (creating)`.
    """

    name: str
    resources: tuple[StackResource, ...] = ()
    reason: str = ""
    half_created: tuple[StackResource, ...] = ()
    pending: tuple[str, ...] = ()


def read_export(data: bytes, name: str) -> StackState:
    """Return our resources in an exported state.

    Resources that a program only reads, with `.get()`, are not managed and are left out, and so are
    replaced resources that the next update deletes. `name` is the name of a stack without any
    resource, whose state has no name. Raises StackError if the data is not an exported state, or if
    one of our resources is incomplete.
    """
    recorded = resources_in(data)
    pending = _pending_operations(_deployment(data))
    resources, half_created = list(_managed(recorded)), list(_half_created(pending))
    urns = [*(str(each.get("urn")) for each in recorded), *(urn for _, urn in pending)]
    stack_names = [f"{project}/{stack}" for project, stack in map(stack_of, urns) if project]
    gaps = [f"{each.name}: {gap}" for each in (*resources, *half_created) for gap in each.gaps]
    return StackState(
        name=stack_names[0] if stack_names else name,
        resources=tuple(each for each in resources if each.has_ids),  # The others are in `gaps`.
        reason="; ".join(at_most(gaps, 5)),
        half_created=tuple(each for each in half_created if each.has_ids),
        pending=tuple(f"{name_of(urn)} ({kind})" for kind, urn in pending),
    )


def resources_in(data: bytes) -> list[dict[str, object]]:
    """Return all records of resources in an exported state. Raises StackError."""
    return _objects(_deployment(data).get("resources"), "resources")


def _deployment(data: bytes) -> dict[str, object]:
    """Return the part of an exported state that contains the records. Raises StackError."""
    exported = mapping(parsed(data))
    deployment = exported.get("deployment")
    if not isinstance(deployment, dict):
        message = "The state is not an exported stack; pass the output of `pulumi stack export`"
        raise StackError(message)
    version = exported.get("version")
    if isinstance(version, int) and version > _NEWEST:
        raise StackError(
            f"The exported stack has the version {one_line(version, 40)}, and this program reads "
            f"versions up to {_NEWEST}; update pulumi-metapixel"
        )
    return deployment


def _objects(value: object, word: str) -> list[dict[str, object]]:
    """Return a list of JSON objects. Raises StackError, which names it by `word`."""
    found = value or []
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise StackError(f"The {word} of the exported stack are not a list; export it again")
    return found


def _pending_operations(deployment: Mapping[str, object]) -> _Operations:
    """Return the operations that a killed run did not complete."""
    word = "pending operations"
    operations = _objects(deployment.get("pending_operations"), word)
    resources = _objects([each.get("resource") for each in operations], word)
    found: dict[tuple[str, str], Mapping[str, object]] = {}
    for operation, resource in zip(operations, resources, strict=True):
        # The engine records a creation again if a later run is killed too.
        found[str(operation.get("type")), str(resource.get("urn"))] = resource
    return found


def _half_created(pending: _Operations) -> Iterator[StackResource]:
    """Yield our new resources with ids from their inputs: the engine has not recorded any ids."""
    for (kind, urn), resource in pending.items():
        type_ = ResourceType.of(str(resource.get("type")))
        if kind == "creating" and type_ is not None:
            inputs = _readable(mapping(resource.get("inputs")))
            id_ = type_.id_of(inputs) or ""
            yield StackResource(urn, type_, tuple(id_.split("/")), inputs, {})


def _managed(records: Iterable[Mapping[str, object]]) -> Iterator[StackResource]:
    for record in records:
        type_ = ResourceType.of(str(record.get("type")))
        is_only_read, is_replaced = record.get("external") is True, record.get("delete") is True
        if type_ is None or is_only_read or is_replaced:
            continue
        urn, id_ = text(record.get("urn")), text(record.get("id"))
        inputs, outputs = record.get("inputs", {}), record.get("outputs", {})
        if not (urn and id_ and isinstance(inputs, dict) and isinstance(outputs, dict)):
            raise StackError(
                f"The exported stack has an incomplete resource "
                f"({one_line(record.get('urn') or type_, 200)}); export it again"
            )
        key, dependencies = tuple(id_.split("/")), frozenset(texts(record.get("dependencies")))
        yield StackResource(urn, type_, key, _readable(inputs), _readable(outputs), dependencies)


def _readable(properties: Mapping[str, object]) -> dict[str, object]:
    """Return the properties without the values of secrets and the engine's own properties."""
    found = {}
    for name, value in in_domain(properties).items():
        if not name.startswith(OWN):
            found[name] = None if is_special(value) else value
    return found


def is_special(value: object) -> bool:
    """Return True if a value of the engine, or a part of it, is special, such as a secret."""
    if isinstance(value, Mapping):
        return SIGNATURE in value or any(map(is_special, value.values()))
    return isinstance(value, list) and any(map(is_special, value))


def _day(value: object) -> str:
    """Return a date as YYYY-MM-DD, or an empty string for any other value."""
    try:
        return day(text(value)).isoformat()
    except ValueError:
        return ""
