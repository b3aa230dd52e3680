"""Reads of stacks. A stack that cannot be read is part of the result."""

from __future__ import annotations

from pathlib import Path

from metapixel_cli.access.reading.observed import StackRead
from metapixel_cli.stacks.errors import StackError
from metapixel_cli.stacks.export import read_export
from metapixel_cli.stacks.pulumi import export
from metapixel_cli.stacks.resources import StackResource
from metapixel_provider.sharing.estate.estate import ReadOutcome
from metapixel_provider.sharing.ids import digits
from metapixel_provider.sharing.resource_types import ResourceType


def read_stack(stack: str, folder: Path) -> StackRead:
    """Read a stack through Pulumi. `folder` is the folder of its project."""
    try:
        return _read(export(stack, folder), stack)
    except StackError as error:
        return StackRead(stack, (), ReadOutcome.FAILED, str(error))


def read_state(path: Path) -> StackRead:
    """Read the file of an exported stack."""
    try:
        return _read(path.read_bytes(), path.name)
    except OSError as error:
        return StackRead(path.name, (), ReadOutcome.FAILED, f"{error.strerror}: {path}")
    except StackError as error:
        return StackRead(path.name, (), ReadOutcome.FAILED, str(error))


def _read(data: bytes, name: str) -> StackRead:
    state = read_export(data)
    title = state.title if state.stack else name
    usable = tuple(each for each in state.resources if _has_ids(each))
    damaged = [each.name for each in state.resources if each not in usable]
    if damaged:
        reason = f"These resources have incomplete ids in the state: {', '.join(damaged)}"
        return StackRead(title, usable, ReadOutcome.FAILED, reason)
    return StackRead(title, usable)


def _has_ids(resource: StackResource) -> bool:
    """Return whether the ids of a share or permission are numbers."""
    if resource.type is ResourceType.RESPONSE:
        return True
    try:
        found = tuple(map(digits, resource.key))
    except ValueError:
        return False
    return found == resource.key and len(found) == len(resource.type.key)
