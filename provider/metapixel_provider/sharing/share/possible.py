"""The writes that an operation on a share may send. See `metapixel_provider.sharing.possible`.

A preview can hide values. So each decision is made once for each value that leads to another
result, and the write is certain only if all results are equal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product
from typing import TYPE_CHECKING

from metapixel_provider.sharing.possible import (
    Act,
    Certainty,
    Possible,
    PossibleWrite,
    Refusal,
    is_hidden,
    readable_state,
)
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.share import decide
from metapixel_provider.sharing.share.records import ShareInputs, ShareState
from metapixel_provider.sharing.status import ShareStatus
from metapixel_provider.sharing.tasks import OnExisting, Task, settable

if TYPE_CHECKING:
    from metapixel_provider.sharing.contract import OlderRecord, Properties

#: The result of one decision: a write with its certainty, or a refusal of it.
Result = tuple[Certainty, Refusal | None]

_SENDS: Result = (Certainty.AS_RECORDED, None)


def creation(inputs: Properties, older: OlderRecord | None, is_recorded: bool) -> Possible:
    """Return the write of a creation, decided for each value that a hidden input may have."""
    if older is None:
        return _possible(inputs, [_SENDS])
    before = readable_state(ShareState, older.outputs)
    if older.is_dropped or before is None:
        # A creation changes a dropped record as an update does, and may change an unreadable one.
        return update(inputs, older.outputs)
    # The state still has the record, which counts as what Meta has.
    found = decide.last_observed(before)
    alternatives = list(_alternatives(inputs, before.inputs.resend))
    results = [_result_of(decide.create(each, found, is_recorded)) for each in alternatives]
    if decide.is_updated_by_creation(before):
        # If the run refreshes, it is an update instead. A preview does not know this.
        results += [_result_of_update(each, before) for each in alternatives]
    return _possible(inputs, results)


def update(inputs: Properties, outputs: Properties) -> Possible:
    """Return the write of an update, decided for each value that a hidden input may have."""
    before = readable_state(ShareState, outputs)
    if before is None:
        # Without a readable record, an update may send the share, and no refusal is predicted.
        return _possible(inputs, [(Certainty.MAY, None)])
    alternatives = _alternatives(inputs, before.inputs.resend)
    return _possible(inputs, [_result_of_update(each, before) for each in alternatives])


def has_same_tasks(recorded: Properties, declared: Properties) -> bool:
    """Return whether a dropped record has the declared tasks. Hidden tasks may differ."""
    old, new = recorded.get("permitted_tasks"), declared.get("permitted_tasks")
    if is_hidden(old) or is_hidden(new):
        return False
    return settable(old) == settable(new)


def _result_of_update(declared: ShareInputs, before: ShareState) -> Result:
    """Return the result of an update if Meta has what the last read found."""
    result = _result_of(decide.update(declared, before, decide.last_observed(before)))
    sent = before.inputs
    is_as_sent = declared.tasks == sent.tasks and declared.resend == sent.resend
    if result != _SENDS and is_as_sent and before.status is ShareStatus.UNCONFIRMED:
        # The record does not show whether Meta has what was sent, so it may have to be repeated.
        _, refusal = result
        return Certainty.MAY, refusal
    return result


def _result_of(action: decide.Action) -> Result:
    if isinstance(action, decide.Send):
        return _SENDS
    # If Meta changed, the next read can lead to another decision, which sends.
    refusal = action.reason if isinstance(action, decide.Refuse) else None
    return Certainty.IF_META_CHANGED, refusal


def _possible(inputs: Properties, results: Sequence[Result]) -> Possible:
    """Return the write of a share, with the certainty and the refusal that all results share."""
    certainties = {certainty for certainty, _ in results}
    refusals = {refusal for _, refusal in results}
    certainty = certainties.pop() if len(certainties) == 1 else Certainty.MAY
    may_be_refused = len(refusals) > 1
    refusal = None if may_be_refused else refusals.pop()
    listed = inputs.get("permitted_tasks")
    tasks = None if is_hidden(listed) else settable(listed)
    write = PossibleWrite(Act.SHARE, ResourceType.SHARE.id_of(inputs), certainty, tasks)
    return Possible((write,), refusal, may_be_refused)


def _alternatives(inputs: Properties, recorded_resend: str | None) -> Iterator[ShareInputs]:
    """Yield the inputs with each combination of the values that hidden inputs may have.

    A decision only asks whether `resend` is as recorded, so this value and one other stand for all.
    An input that is not hidden has one value. No other input decides.
    """
    values: dict[str, list[object]] = {
        "permitted_tasks": list(map(list, _sets_of_tasks())),
        "resend": [recorded_resend, f"other than {recorded_resend}"],
        "on_existing": [*OnExisting],
    }
    for name in values:
        if not is_hidden(inputs.get(name)):
            values[name] = [inputs.get(name)]
    for combination in product(*values.values()):
        decisive = dict(zip(values, combination, strict=True))
        yield ShareInputs.of({"pixel_id": "", "agency_business_id": "", **decisive})


def _sets_of_tasks() -> Iterator[tuple[Task, ...]]:
    for size in range(1, len(Task) + 1):
        yield from combinations(Task, size)
