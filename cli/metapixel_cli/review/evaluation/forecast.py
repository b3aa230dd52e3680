"""The writes that the steps of a preview may send, as the domain names them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain

from metapixel_cli.grants.grant import Key
from metapixel_cli.review.evaluation.pairs import Pair, StepSide, key_of
from metapixel_cli.review.reading.preview import DELETES, IDLE, Step
from metapixel_provider.sharing.contract import Declarations, Known, OlderRecord, Properties
from metapixel_provider.sharing.lifecycles import lifecycle_of
from metapixel_provider.sharing.possible import NOTHING, Certainty, Possible, PossibleWrite
from metapixel_provider.sharing.resource_types import ResourceType


class Forecast(Declarations):
    """The possible writes of a preview, and its declarations. No date is before `today`."""

    def __init__(self, steps: Sequence[Step], today: date) -> None:
        # By the type and the id of the resource.
        self._known: defaultdict[tuple[str, str], Known] = defaultdict(Known)
        self._inputs_by_type: defaultdict[str, list[Properties]] = defaultdict(list)
        self._hidden_keys = list[Key]()
        # A lifecycle calls a function for the date, because a run can last past midnight.
        self._lifecycles = {each: lifecycle_of(each)(self, lambda: today) for each in ResourceType}
        for step in steps:
            if isinstance(step.type, ResourceType) and step.declares:
                self._declare(step, step.type)
            if step.grants and step.declares and step.new:
                key = key_of(step, step.new)
                if key.is_hidden:
                    self._hidden_keys.append(key)

    def _declare(self, step: Step, type_: ResourceType) -> None:
        inputs = _declared_inputs(step)
        self._inputs_by_type[type_].append(inputs)
        id_ = type_.id_of(inputs)
        if not id_:
            return
        known = self._known[type_, id_]
        known.is_declared = True
        # Only `--replace` and `taint` replace for `id`. The provider then sees no older record.
        is_on_demand = "id" in step.keys
        known.is_recorded = not is_on_demand and type_.id_of(_recorded_outputs(step)) == id_

    def of(self, resource: str, key: str) -> Known:
        return self._known[resource, key]

    def every(self, resource: str) -> Sequence[Properties]:
        return self._inputs_by_type[resource]

    def of_grant(self, pair: Pair) -> Possible:
        """Return the writes of all steps of a grant, with the first refusal."""
        found = [self._of_record(record.step, pair) for record in pair.records]
        # A hidden id may become another one, so the records may be of other access.
        records = [] if pair.key.is_hidden else pair.records
        for declaration in pair.declarations:
            found.append(self.of_declaration(declaration.step, records))
        return Possible(
            writes=_writes(found),
            refusal=next((each.refusal for each in found if each.refusal), None),
            may_be_refused=any(each.may_be_refused for each in found),
        )

    def of_declaration(self, step: Step, records: Sequence[StepSide] = ()) -> Possible:
        """Return the writes for the resource that a step declares. A creation finds `records`."""
        lifecycle, declared = self._lifecycles[ResourceType(step.type)], _declared_inputs(step)
        if step.op in ("same", *DELETES, *IDLE):
            return NOTHING
        if step.op == "update" and step.old is not None and step.new is not None:
            return lifecycle.may_update(_recorded_outputs(step), declared)
        if step.op.startswith("import") and step.grants:
            # It only reads. If Meta has other access than the program, an update follows.
            return _with_certainty(Certainty.IF_META_CHANGED, lifecycle.may_create(declared))
        # An operation that this version does not know counts as a creation too.
        if not records:
            return lifecycle.may_create(declared)
        return self._of_creation(step, records)

    def _of_creation(self, step: Step, records: Sequence[StepSide]) -> Possible:
        """Return the writes of a creation for all records. The last decides if it is refused."""
        lifecycle, declared = self._lifecycles[ResourceType(step.type)], _declared_inputs(step)
        creations = list[Possible]()
        for record in records:
            is_deleted_before = record.step.op in DELETES and record.step.place < step.place
            older = OlderRecord(_recorded_outputs(record.step), is_dropped=is_deleted_before)
            creations.append(lifecycle.may_create(declared, older))
        return replace(creations[-1], writes=_writes(creations))

    def _of_record(self, record: Step, pair: Pair) -> Possible:
        """Return the writes of a deletion. It ends nothing that the program declares elsewhere."""
        if not record.drops_record or record.keeps_access:
            return NOTHING
        # With a hidden key, not even the pair's own declarations are surely of the same access.
        if pair.declarations and not pair.key.is_hidden:
            return self._of_superseded(record, pair.declarations[-1].step)
        deletion = self._lifecycles[ResourceType(record.type)].may_delete(_recorded_outputs(record))
        may_be_declared = any(hidden.may_be(pair.key) for hidden in self._hidden_keys)
        return _with_certainty(Certainty.MAY, deletion) if may_be_declared else deletion

    def _of_superseded(self, record: Step, declaration: Step) -> Possible:
        """Return the writes of a deletion that keeps the access, and restores the declaration."""
        lifecycle, outputs = self._lifecycles[ResourceType(record.type)], _recorded_outputs(record)
        supersession = lifecycle.may_supersede(outputs, _declared_inputs(declaration))
        if declaration.op != "same" and declaration.place < record.place:
            # The declared resource was created or updated, so this writes only if that failed.
            return _with_certainty(Certainty.IF_META_CHANGED, supersession)
        if declaration.urn != record.urn and record.place < declaration.place:
            # The deletion runs first. If the program registers the other resource only after it,
            # the provider does not know of the declaration yet, and ends the access.
            deletion = _with_certainty(Certainty.MAY, lifecycle.may_delete(outputs))
            return Possible(_writes([supersession, deletion]))
        return supersession


def _writes(found: Iterable[Possible]) -> tuple[PossibleWrite, ...]:
    return tuple(chain.from_iterable(each.writes for each in found))


def _with_certainty(certainty: Certainty, possible: Possible) -> Possible:
    writes = tuple(replace(write, certainty=certainty) for write in possible.writes)
    return replace(possible, writes=writes)


def _recorded_outputs(step: Step) -> Properties:
    """Return the recorded outputs of a step, which include the inputs."""
    return {**step.old.outputs, **step.old.inputs} if step.old else {}


def _declared_inputs(step: Step) -> Properties:
    return step.new.inputs if step.new else {}
