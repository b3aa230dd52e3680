"""Reads of stacks. A stack that cannot be read is part of the result."""

from __future__ import annotations

from pathlib import Path

from metapixel_cli.access.reading.observed import StackRead
from metapixel_cli.stacks.errors import StackError
from metapixel_cli.stacks.export import StackResource, read_export
from metapixel_cli.stacks.pulumi import export
from metapixel_provider.sharing.estate.estate import ReadOutcome
from metapixel_provider.sharing.ids import digits
from metapixel_provider.sharing.resource_types import ResourceType


def read_stack(stack: str, folder: Path) -> StackRead:
    """Read a stack through Pulumi. `folder` is the folder of its project."""
    try:
        return _read(export(stack, folder), stack)
    except StackError as error:
        return _failed(stack, str(error))


def read_state(path: Path) -> StackRead:
    try:
        return _read(path.read_bytes(), path.name)
    except OSError as error:
        return _failed(path.name, f"{error.strerror}: {path}")
    except StackError as error:
        return _failed(path.name, str(error))


def _failed(name: str, reason: str) -> StackRead:
    return StackRead(name, outcome=ReadOutcome.FAILED, reason=reason)


def _read(data: bytes, name: str) -> StackRead:
    state = read_export(data)
    title = state.title if state.stack else name
    created = [each.created for each in state.pending if each.created]
    usable = tuple(filter(_has_ids, state.resources))
    killed = tuple(filter(_has_ids, created))
    damaged = [each.name for each in (*state.resources, *created) if not _has_ids(each)]
    if damaged:
        reason = f"These resources have incomplete ids in the state: {', '.join(damaged)}"
        return StackRead(title, usable, ReadOutcome.FAILED, reason, killed)
    return StackRead(title, usable, killed=killed)


def _has_ids(resource: StackResource) -> bool:
    """Return whether the ids of a share or permission are numbers."""
    if resource.type is ResourceType.RESPONSE:
        return True
    try:
        found = tuple(map(digits, resource.key))
    except ValueError:
        return False
    return found == resource.key and len(found) == len(resource.type.key)
