"""Gaps in a resource: properties that are missing, or that this version cannot read.

The review reads only the inputs and statuses that it knows. Another input may grant access, and
another status may mean that there is no access.
"""

from __future__ import annotations

from collections.abc import Iterator

from metapixel_cli.review.reading.preview import Snapshot, Step
from metapixel_cli.review.reading.values import shown
from metapixel_cli.stacks.engine import OWN
from metapixel_provider.sharing.forms import UNKNOWN
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.status import ShareStatus

#: The statuses of shares that have the tasks that Meta returned.
_GRANTS_TASKS = (ShareStatus.ACTIVE, ShareStatus.UNCONFIRMED)


def of_step(step: Step) -> Iterator[str]:
    """Yield a sentence for each gap in the properties of an operation."""
    if not isinstance(step.type, ResourceType):
        return
    for input_ in sorted(_names(step) - {each.name for each in step.type.inputs}):
        yield f"{step.name}: this version does not know the input '{input_[:60]}'"
    needed = [each.name for each in step.type.inputs if each.required]
    for side, snapshot in (("old", step.old), ("new", step.new)):
        if snapshot is None or snapshot.is_only_read:
            continue
        missing = ", ".join(input_ for input_ in needed if input_ not in snapshot.inputs)
        if missing:
            yield f"{step.name}: the {side} state lacks {missing}"
        # The new side comes from the program, unless a refresh has read it.
        if side == "old" or step.op == "refresh":
            yield from _of_status(step, step.type, side, snapshot)
        elif shown(snapshot.inputs.get("expires_on")) is None:
            yield f"{step.name}: expires_on is secret or unknown"


def _of_status(step: Step, type_: ResourceType, side: str, snapshot: Snapshot) -> Iterator[str]:
    status, granted = snapshot.outputs.get("status"), snapshot.outputs.get("granted_tasks")
    has_tasks = type_ is not ResourceType.SHARE or isinstance(granted, list) or granted is UNKNOWN
    if not isinstance(status, str):
        yield f"{step.name}: the {side} state lacks its status"
    elif status not in type_.statuses:
        yield f"{step.name}: this version does not know the status '{status[:60]}'"
    elif status in _GRANTS_TASKS and not has_tasks:
        yield f"{step.name}: the {side} state lacks granted_tasks"


def _names(step: Step) -> set[str]:
    """Return the names of an operation's inputs, and of the inputs in its differences."""
    inputs, others = set[str](), set(step.differing)
    for side in filter(None, (step.old, step.new)):
        inputs.update(side.inputs)
        others.difference_update(side.outputs)
    return {name for name in inputs | others if not name.startswith(OWN)}
