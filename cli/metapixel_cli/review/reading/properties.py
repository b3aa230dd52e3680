"""Gaps in a resource: properties that are missing, or that this version cannot read.

The review reads only the inputs and statuses that it knows. Another input may grant access, and
another status may mean that there is no access.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from metapixel_cli.review.reading.values import is_known, items, mapping, text
from metapixel_cli.stacks.engine import OWN, name_of
from metapixel_provider.sharing.engine_names import domain_name, in_domain
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.sharing.status import ShareStatus

#: The property for the tasks that Meta returned, and the statuses of shares that need it.
_GRANTED = "granted_tasks"
_GRANTS_TASKS = (ShareStatus.ACTIVE, ShareStatus.UNCONFIRMED)
#: The name of the property at the beginning of a path such as `permitted_tasks[1]`.
_NAME = re.compile(r"[^.\[]+")


def of_step(step: Mapping[str, object], recorded: tuple[str, ...]) -> Iterator[str]:
    """Yield a sentence for each gap in the properties of an operation.

    `recorded` are the sides of the operation, `old` or `new`, that come from the state.
    """
    type_ = ResourceType.of(text(step.get("type")))
    if type_ is None:
        return
    name = name_of(text(step.get("urn")))
    for input_ in sorted(_names(step) - {each.name for each in type_.inputs}):
        yield f"{name}: this version does not know the input '{input_[:60]}'"
    for side in ("old", "new"):
        snapshot = step.get(side)
        # A resource that the program only reads has just an id.
        if not isinstance(snapshot, Mapping) or snapshot.get("external") is True:
            continue
        inputs = in_domain(mapping(snapshot.get("inputs")))
        needed = [each.name for each in type_.inputs if each.required]
        missing = ", ".join(input_ for input_ in needed if input_ not in inputs)
        if missing:
            yield f"{name}: the {side} state lacks {missing}"
        if side in recorded:
            outputs = in_domain(mapping(snapshot.get("outputs")))
            status = outputs.get("status")
            if not isinstance(status, str):
                yield f"{name}: the {side} state lacks its status"
            elif status not in type_.statuses:
                yield f"{name}: this version does not know the status '{status[:60]}'"
            elif type_ == ResourceType.SHARE and status in _GRANTS_TASKS and _lacks_tasks(outputs):
                yield f"{name}: the {side} state lacks {_GRANTED}"


def _lacks_tasks(outputs: Mapping[str, object]) -> bool:
    """Return True if the tasks are not a list. A secret or unknown list is not a gap."""
    granted = outputs.get(_GRANTED)
    return not isinstance(granted, list) and is_known(granted)


def _names(step: Mapping[str, object]) -> set[str]:
    """Return the names of an operation's inputs, and of the inputs in its differences."""
    inputs, outputs = (
        {
            domain_name(name)
            for side in ("old", "new")
            for name in mapping(mapping(step.get(side)).get(kind))
        }
        for kind in ("inputs", "outputs")
    )
    differing = {
        domain_name(match[0])
        for path in (*map(text, items(step.get("diffs"))), *mapping(step.get("detailedDiff")))
        if (match := _NAME.match(path))
    }
    return {name for name in inputs | (differing - outputs) if not name.startswith(OWN)}
