"""The writes that the steps of a preview may send, as the domain names them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from metapixel_cli.review.judging.records import with_ids
from metapixel_cli.review.reading.operations import CREATES, DELETES, IDLE
from metapixel_cli.review.reading.preview import Step
from metapixel_cli.review.reading.values import is_known, shown
from metapixel_provider.sharing.contract import Declarations, Earlier, Known, Lifecycle, Properties
from metapixel_provider.sharing.forms import UNKNOWN
from metapixel_provider.sharing.lifecycles import lifecycle_of
from metapixel_provider.sharing.possible import NOTHING, Act, Certainty, Possible, PossibleWrite
from metapixel_provider.sharing.resource_types import ResourceType

_ANYTHING: Mapping[ResourceType, Act] = {
    ResourceType.SHARE: Act.SHARE,
    ResourceType.PERMISSION: Act.PERMIT,
    ResourceType.RESPONSE: Act.APPROVE,
    ResourceType.STANDING_RESPONSE: Act.APPROVE_ALL,
}


class PlannedDeclarations(Declarations):
    """The declarations and the records in the steps of a preview."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._known: defaultdict[tuple[str, str], Known] = defaultdict(Known)
        self._inputs: defaultdict[str, list[Properties]] = defaultdict(list)
        #: The records of each resource in the state, with the places of their steps.
        self.records: defaultdict[tuple[str, str], list[tuple[int, Step]]] = defaultdict(list)
        for place, step in enumerate(steps):
            if isinstance(step.type, ResourceType) and step.op not in IDLE:
                self._add(place, step, step.type)

    def of(self, resource: str, key: str) -> Known:
        return self._known[resource, key]

    def every(self, resource: str) -> Sequence[Properties]:
        return self._inputs[resource]

    def _add(self, place: int, step: Step, type_: ResourceType) -> None:
        if step.old is not None and (key := type_.id_of(recorded(step))):
            self.records[type_, key].append((place, step))
        if step.new is None or step.op in DELETES:
            return
        inputs = declared(step)
        self._inputs[type_].append(inputs)
        if key := type_.id_of(inputs):
            known = self._known[type_, key]
            known.is_declared = True
            known.is_recorded = step.old is not None and type_.id_of(recorded(step)) == key


def forecasts(steps: Sequence[Step], today: date) -> dict[int, Possible]:
    """Return the writes of each step on our resources, by the place of the step.

    `today` is the earliest date that the run can use.
    """
    preview = PlannedDeclarations(steps)
    lifecycles = {type_: lifecycle_of(type_)(preview, lambda: today) for type_ in ResourceType}
    return {
        place: _possible(place, step, lifecycles[step.type], preview)
        for place, step in enumerate(steps)
        if isinstance(step.type, ResourceType)
    }


def _possible(
    place: int, step: Step, lifecycle: Lifecycle, preview: PlannedDeclarations
) -> Possible:
    if step.op in ("same", *IDLE):
        return NOTHING
    if step.op == "update" and step.old is not None and step.new is not None:
        return lifecycle.may_update(recorded(step), declared(step))
    if step.op in DELETES and step.old is not None:
        return _removal(step, lifecycle, preview)
    if step.op in (*CREATES, "replace") and step.new is not None:
        return _creation(place, step, lifecycle, preview)
    # This version does not know the operation.
    return _anything(step, Certainty.MAY)


def _creation(
    place: int, step: Step, lifecycle: Lifecycle, preview: PlannedDeclarations
) -> Possible:
    """Return the writes of a creation, which can find the access of an older record."""
    if step.op.startswith("import"):
        # It only reads. If Meta has other access than the program, an update follows.
        return _anything(step, Certainty.IF_META_CHANGED if step.grants else Certainty.MAY)
    inputs, type_ = declared(step), lifecycle.type_
    older = preview.records[type_, type_.id_of(inputs) or ""]
    if not older:
        return lifecycle.may_create(inputs)
    found = [
        lifecycle.may_create(inputs, Earlier(recorded(other), other.op in DELETES and at < place))
        for at, other in older
    ]
    writes = (write for each in found for write in each.writes)
    return Possible(tuple(writes), found[-1].refusal)


def _removal(step: Step, lifecycle: Lifecycle, preview: PlannedDeclarations) -> Possible:
    """Return the writes of a deletion. It ends nothing that the program declares elsewhere."""
    if step.old is None or step.old.kept_on_delete:
        return NOTHING
    outputs, type_ = recorded(step), lifecycle.type_
    key = type_.id_of(outputs)
    declaring = [each for each in preview.every(type_) if key and type_.id_of(each) == key]
    if declaring:
        return lifecycle.may_supersede(outputs, declaring[-1])
    return lifecycle.may_delete(outputs)


def _anything(step: Step, certainty: Certainty) -> Possible:
    """Return the write that gives the most access."""
    type_ = ResourceType(step.type)
    shown_id = type_.id_of(declared(step)) if step.new else None
    return Possible((PossibleWrite(_ANYTHING[type_], shown_id, certainty),))


def recorded(step: Step) -> Properties:
    """Return the recorded outputs of a step, which include the inputs."""
    return _in_domain({**step.old.outputs, **with_ids(step, step.old)}) if step.old else {}


def declared(step: Step) -> Properties:
    """Return the declared inputs of a step."""
    return _in_domain(with_ids(step, step.new)) if step.new else {}


def _in_domain(properties: Mapping[str, object]) -> Properties:
    return {name: _value(value) for name, value in properties.items() if value is not None}


def _value(value: object) -> object:
    if isinstance(value, list):
        return [_value(each) for each in value] if is_known(value) else UNKNOWN
    if isinstance(value, bool):
        return value
    text = shown(value)
    return UNKNOWN if text is None else text
