"""The writes that an operation on a share may send. See `metapixel_provider.sharing.possible`.

A preview can hide values. So each decision is made once for each value that leads to another
result, and the write is certain only if all results are equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
    readable,
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
_MAY_SEND: Result = (Certainty.MAY, None)
#: The inputs that decide whether a share is sent. The other ones never reach Meta.
_DECISIVE = ("permitted_tasks", "resend", "on_existing")


def creation(inputs: Properties, older: OlderRecord | None, is_recorded: bool) -> Possible:
    """Return the write of a creation. An older record counts as if Meta still had the share."""
    if older is None:
        return _possible(inputs, [_SENDS])
    before = readable(ShareState, older.outputs)
    if before is None or older.is_dropped:
        return continuation(inputs, older.outputs)
    found = list[Result]()
    for declared in _alternatives(inputs, before.inputs):
        observed = decide.last_observed(before)
        certainty, refusal = _result(decide.create(declared, observed, is_recorded))
        # After a refresh, a creation continues from such a record, as an update does. A preview
        # does not know whether the run refreshes.
        continues = before.may_wait or before.status in decide.NO_ACCESS
        if continues and _continued(declared, before)[0] is not certainty:
            certainty = Certainty.MAY
        found.append((certainty, refusal))
    return _possible(inputs, found)


def continuation(inputs: Properties, outputs: Properties) -> Possible:
    """Return the write of an update, which reads the share first."""
    before = readable(ShareState, outputs)
    if before is None:
        return _possible(inputs, [_MAY_SEND])
    alternatives = _alternatives(inputs, before.inputs)
    return _possible(inputs, [_continued(declared, before) for declared in alternatives])


def has_same_tasks(recorded: Properties, declared: Properties) -> bool:
    """Return whether a dropped record has the declared tasks. Hidden tasks may differ."""
    tasks = [each.get("permitted_tasks") for each in (recorded, declared)]
    return not any(map(is_hidden, tasks)) and settable(tasks[0]) == settable(tasks[1])


def _continued(declared: ShareInputs, before: ShareState) -> Result:
    certainty, refusal = _result(decide.update(declared, before, decide.last_observed(before)))
    is_changed = (declared.tasks, declared.resend) != (before.inputs.tasks, before.inputs.resend)
    is_unconfirmed = before.status is ShareStatus.UNCONFIRMED and not is_changed
    if is_unconfirmed and certainty is Certainty.IF_META_CHANGED:
        # The record does not show whether Meta has the share.
        certainty = Certainty.MAY
    return certainty, refusal


def _result(action: decide.Action) -> Result:
    match action:
        case decide.Send():
            return _SENDS
        case decide.Keep():
            return Certainty.IF_META_CHANGED, None
        case decide.Refuse(reason):
            return Certainty.IF_META_CHANGED, reason


def _possible(inputs: Properties, found: Iterable[Result]) -> Possible:
    """Return the write of a share after one of several decisions."""
    certainties, refusals = map(set, zip(*found, strict=True))
    tasks = inputs.get("permitted_tasks")
    write = PossibleWrite(
        Act.SHARE,
        ResourceType.SHARE.id_of(inputs),
        certainties.pop() if len(certainties) == 1 else Certainty.MAY,
        None if is_hidden(tasks) else settable(tasks),
    )
    is_certain = len(refusals) == 1
    return Possible((write,), refusals.pop() if is_certain else None, not is_certain)


def _alternatives(inputs: Properties, recorded: ShareInputs) -> Iterator[ShareInputs]:
    """Yield the inputs with each combination of hidden values. The ids decide nothing."""
    shown = {name: inputs.get(name) for name in _DECISIVE if not is_hidden(inputs.get(name))}
    declared = ShareInputs.of({"pixel_id": "", "agency_business_id": "", **shown})
    tasks, resend, on_existing = [declared.tasks], [declared.resend], [declared.on_existing]
    if is_hidden(inputs.get("permitted_tasks")):
        tasks = [recorded.tasks, frozenset(Task) - recorded.tasks]
    if is_hidden(inputs.get("resend")):
        resend = [recorded.resend, f"not {recorded.resend}"]
    if is_hidden(inputs.get("on_existing")):
        on_existing = [*OnExisting]
    for chosen in product(tasks, resend, on_existing):
        yield replace(declared, tasks=chosen[0], resend=chosen[1], on_existing=chosen[2])
