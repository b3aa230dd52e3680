"""The writes that an operation on a share may send. See `metapixel_provider.sharing.possible`.

A preview can hide values. So each decision is made once for each value that leads to another
result, and the write is certain only if all results are equal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
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
#: The inputs that decide whether a share is sent. The other ones never reach Meta.
_DECISIVE = ("permitted_tasks", "resend", "on_existing")


def creation(inputs: Properties, older: OlderRecord | None, is_recorded: bool) -> Possible:
    """Return the write of a creation. An older record counts as if Meta still had the share."""
    if older is None:
        return _possible(inputs, [_SENDS])
    before = readable_state(ShareState, older.outputs)
    if older.is_dropped or before is None:
        # A creation changes a dropped record as an update does, and may change an unreadable one.
        return update(inputs, older.outputs)
    alternatives = _alternatives(inputs, before.inputs)
    results = [_result_of_creation(each, before, is_recorded) for each in alternatives]
    return _possible(inputs, results)


def update(inputs: Properties, outputs: Properties) -> Possible:
    """Return the write that an update of a recorded share may send.

    An update sends the share only if a read differs, so it may send one with an unreadable record.
    """
    before = readable_state(ShareState, outputs)
    if before is None:
        return _possible(inputs, [(Certainty.MAY, None)])
    alternatives = _alternatives(inputs, before.inputs)
    return _possible(inputs, [_result_of_update(each, before) for each in alternatives])


def has_same_tasks(recorded: Properties, declared: Properties) -> bool:
    """Return whether a dropped record has the declared tasks. Hidden tasks may differ."""
    old, new = recorded.get("permitted_tasks"), declared.get("permitted_tasks")
    if is_hidden(old) or is_hidden(new):
        return False
    return settable(old) == settable(new)


def _result_of_creation(declared: ShareInputs, before: ShareState, is_recorded: bool) -> Result:
    observed = decide.last_observed(before)
    certainty, refusal = _result_of(decide.create(declared, observed, is_recorded))
    if decide.is_updated_by_creation(before):
        # In a run that refreshes, the creation is an update of the record. A preview cannot know
        # whether the run refreshes.
        if_refreshed, _ = _result_of_update(declared, before)
        if if_refreshed is not certainty:
            certainty = Certainty.MAY
    return certainty, refusal


def _result_of_update(declared: ShareInputs, before: ShareState) -> Result:
    observed = decide.last_observed(before)
    certainty, refusal = _result_of(decide.update(declared, before, observed))
    sent = before.inputs
    was_sent = declared.tasks == sent.tasks and declared.resend == sent.resend
    # The record of an unconfirmed share does not show whether Meta has what was sent.
    may_have_to_be_repeated = was_sent and before.status is ShareStatus.UNCONFIRMED
    if certainty is Certainty.IF_META_CHANGED and may_have_to_be_repeated:
        certainty = Certainty.MAY
    return certainty, refusal


def _result_of(action: decide.Action) -> Result:
    if isinstance(action, decide.Send):
        return _SENDS
    # If Meta changed, the next read can lead to another decision, which sends.
    refusal = action.reason if isinstance(action, decide.Refuse) else None
    return Certainty.IF_META_CHANGED, refusal


def _possible(inputs: Properties, results: Sequence[Result]) -> Possible:
    """Return the write of a share. It is certain only if all decisions have the same result."""
    certainty, refusal = results[0]
    if any(other is not certainty for other, _ in results):
        certainty = Certainty.MAY
    may_be_refused = any(other is not refusal for _, other in results)
    if may_be_refused:
        refusal = None  # The results do not agree on it.
    listed = inputs.get("permitted_tasks")
    tasks = None if is_hidden(listed) else settable(listed)
    write = PossibleWrite(Act.SHARE, ResourceType.SHARE.id_of(inputs), certainty, tasks)
    return Possible((write,), refusal, may_be_refused)


def _alternatives(inputs: Properties, recorded: ShareInputs) -> Iterator[ShareInputs]:
    """Yield the inputs with each combination of the values that hidden inputs may have.

    A hidden input may be as recorded or different, and any different value stands for all. The ids
    decide nothing, so they are left out.
    """
    shown = {name: inputs.get(name) for name in _DECISIVE if not is_hidden(inputs.get(name))}
    declared = ShareInputs.of({"pixel_id": "", "agency_business_id": "", **shown})
    task_sets, resends, reactions = [declared.tasks], [declared.resend], [declared.on_existing]
    if "permitted_tasks" not in shown:
        # A decision only asks whether the tasks are as recorded, so one other set stands for all.
        other_tasks = frozenset(Task) - recorded.tasks
        task_sets = [recorded.tasks, other_tasks]
    if "resend" not in shown:
        other_resend = f"not {recorded.resend}"
        resends = [recorded.resend, other_resend]
    if "on_existing" not in shown:
        reactions = [*OnExisting]
    for tasks, resend, on_existing in product(task_sets, resends, reactions):
        yield replace(declared, tasks=tasks, resend=resend, on_existing=on_existing)
