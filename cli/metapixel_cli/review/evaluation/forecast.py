"""The writes that the steps of a preview may send, as the domain names them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
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
    """The possible writes of a preview. It knows what else the run declares.

    `today` is the earliest date that the run can use.
    """

    def __init__(self, steps: Sequence[Step], today: date) -> None:
        self._known: defaultdict[tuple[str, str], Known] = defaultdict(Known)
        self._inputs: defaultdict[str, list[Properties]] = defaultdict(list)
        self._hidden = list[Key]()
        self._lifecycles = {each: lifecycle_of(each)(self, lambda: today) for each in ResourceType}
        for step in steps:
            if isinstance(step.type, ResourceType) and step.declares:
                self._declare(step, step.type)

    def _declare(self, step: Step, type_: ResourceType) -> None:
        inputs = _declared_inputs(step)
        self._inputs[type_].append(inputs)
        if step.grants and step.new:
            grant = key_of(step, step.new)
            if grant.is_hidden:
                self._hidden.append(grant)
        id_ = type_.id_of(inputs)
        if id_:
            known = self._known[type_, id_]
            known.is_declared = True
            # The provider sees no older record in a replacement by `--replace` or `taint`.
            is_forced = "id" in step.keys
            known.is_recorded = type_.id_of(_recorded_outputs(step)) == id_ and not is_forced

    def of(self, resource: str, key: str) -> Known:
        return self._known[resource, key]

    def every(self, resource: str) -> Sequence[Properties]:
        return self._inputs[resource]

    def of_grant(self, pair: Pair) -> Possible:
        """Return the writes of all steps of a grant, with the first refusal."""
        # A creation finds the access of older records. With hidden ids, they may have other access.
        olds = [] if pair.key.is_hidden else pair.olds
        found = [self._of_record(old.step, pair) for old in pair.olds]
        found += [self.of_declaration(new.step, olds) for new in pair.news]
        return Possible(
            writes=tuple(chain.from_iterable(each.writes for each in found)),
            refusal=next((each.refusal for each in found if each.refusal), None),
            may_be_refused=any(each.may_be_refused for each in found),
        )

    def of_declaration(self, step: Step, olds: Sequence[StepSide] = ()) -> Possible:
        """Return the writes of a step for the resource that it declares, if it declares one.

        `olds` are the records of the same access.
        """
        type_, declared = ResourceType(step.type), _declared_inputs(step)
        lifecycle = self._lifecycles[type_]
        if step.op in ("same", *DELETES, *IDLE):
            return NOTHING
        if step.op == "update" and step.old is not None and step.new is not None:
            return lifecycle.may_update(_recorded_outputs(step), declared)
        # An operation that this version does not know counts as a creation too.
        creation = lifecycle.may_create(declared)
        if step.op.startswith("import") and type_.is_access:
            # It only reads. If Meta has other access than the program, an update follows.
            return _with_certainty(Certainty.IF_META_CHANGED, creation)
        if not olds:
            return creation
        writes = list[PossibleWrite]()
        for old in olds:
            is_dropped = old.step.op in DELETES and old.step.place < step.place
            older = OlderRecord(_recorded_outputs(old.step), is_dropped)
            creation = lifecycle.may_create(declared, older)
            writes += creation.writes
        # The last record decides whether the creation is refused.
        return replace(creation, writes=tuple(writes))

    def _of_record(self, old: Step, pair: Pair) -> Possible:
        """Return the writes of a deletion. It ends nothing that the program declares elsewhere."""
        if not old.drops_record or old.keeps_access:
            return NOTHING
        lifecycle, outputs = self._lifecycles[ResourceType(old.type)], _recorded_outputs(old)
        deletion = lifecycle.may_delete(outputs)
        possible_deletion = _with_certainty(Certainty.MAY, deletion)
        if pair.key.is_hidden or not pair.news:
            may_be_declared = any(hidden.may_be(pair.key) for hidden in self._hidden)
            return possible_deletion if may_be_declared else deletion
        new = pair.news[-1].step
        supersession = lifecycle.may_supersede(outputs, _declared_inputs(new))
        if new.op != "same" and new.place < old.place:
            # The declared resource was created or updated, so this writes only if that failed.
            return _with_certainty(Certainty.IF_META_CHANGED, supersession)
        if new.urn != old.urn and old.place < new.place:
            # The program may declare the other resource only after this deletion.
            return Possible((*supersession.writes, *possible_deletion.writes))
        return supersession


def _with_certainty(certainty: Certainty, possible: Possible) -> Possible:
    writes = tuple(replace(write, certainty=certainty) for write in possible.writes)
    return replace(possible, writes=writes)


def _recorded_outputs(step: Step) -> Properties:
    """Return the recorded outputs of a step, which include the inputs."""
    return {**step.old.outputs, **step.old.inputs} if step.old else {}


def _declared_inputs(step: Step) -> Properties:
    return step.new.inputs if step.new else {}
