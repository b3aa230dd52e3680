"""Reads of stacks and of files, for `metapixel access`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from metapixel_cli.stacks.errors import StackError
from metapixel_cli.stacks.export import StackResource, read_export
from metapixel_cli.stacks.pulumi import export
from metapixel_provider.sharing.estate.estate import Estate


@dataclass(frozen=True)
class StackRead:
    """Our resources in a stack. If there is a `reason`, some or all of them are missing.

    `killed` are resources whose creation a killed run did not complete. A later run may have
    recorded them among the `resources`.
    """

    name: str
    resources: tuple[StackResource, ...] = ()
    reason: str = ""
    killed: tuple[StackResource, ...] = ()


@dataclass(frozen=True)
class Observed:
    """Everything that was read."""

    estates: tuple[Estate, ...]
    stacks: tuple[StackRead, ...] = ()
    address: str = ""
    """The address of the Graph API that was read."""

    @property
    def agency_business_id(self) -> str:
        """The agency that read the estates, or an empty string if their owners did."""
        return next((estate.agency_business_id for estate in self.estates), "")


def read_stack(stack: str, folder: Path) -> StackRead:
    """Read a stack through Pulumi. `folder` is the folder of its project."""
    return _read(lambda: export(stack, folder), stack)


def read_state(path: Path) -> StackRead:
    return _read(path.read_bytes, path.name)


def _read(exported: Callable[[], bytes], name: str) -> StackRead:
    """Return a stack. A stack that cannot be read is part of the result."""
    try:
        state = read_export(exported())
    except OSError as error:
        reason = f"{error.strerror}: {error.filename}"
        return StackRead(name, reason=reason)
    except StackError as error:
        return StackRead(name, reason=str(error))
    return StackRead(
        name=state.title if state.stack else name,
        resources=tuple(each for each in state.resources if each.has_ids),
        reason=state.gaps,
        killed=tuple(each for each in state.created if each.has_ids),
    )
