"""Reads of stacks. A stack that cannot be read is part of the result."""

from __future__ import annotations

from pathlib import Path

from metapixel_cli.access.reading.observed import StackRead
from metapixel_cli.stacks.errors import StackError
from metapixel_cli.stacks.export import read_export
from metapixel_cli.stacks.pulumi import export
from metapixel_provider.sharing.estate.estate import ReadOutcome


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
    usable = tuple(each for each in state.resources if each.has_ids)
    killed = tuple(each for each in state.created if each.has_ids)
    outcome = ReadOutcome.FAILED if state.damaged else ReadOutcome.READ
    return StackRead(title, usable, outcome, state.damaged, killed)
