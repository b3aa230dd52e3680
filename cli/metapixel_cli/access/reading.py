"""Reads of stacks and of files, for `metapixel access`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from metapixel_cli.stacks.errors import StackError
from metapixel_cli.stacks.export import StackState, read_export
from metapixel_cli.stacks.pulumi import export
from metapixel_provider.sharing.estate.estate import Estate, PixelAccess


@dataclass(frozen=True)
class Sources:
    """Everything that was read."""

    estates: tuple[Estate, ...]
    stacks: tuple[StackState, ...] = ()
    address: str = ""
    """The address of the Graph API that was read."""

    @property
    def agency_business_id(self) -> str:
        """The agency that read the estates, or an empty string if their owners did."""
        return self.estates[0].agency_business_id

    @cached_property
    def pixels(self) -> dict[str, PixelAccess]:
        """The pixels, by their ids."""
        return {pixel.id: pixel for estate in self.estates for pixel in estate.pixels.value}

    @property
    def has_every_pixel(self) -> bool:
        """True if `pixels` contains every pixel of the businesses that were read."""
        return all(estate.pixels.is_complete for estate in self.estates)


def read_stack(stack: str, folder: Path) -> StackState:
    """Read a stack through Pulumi. `folder` is the folder of its project."""
    return _read(lambda: export(stack, folder), stack)


def read_state(path: Path) -> StackState:
    return _read(path.read_bytes, path.name)


def _read(exported: Callable[[], bytes], name: str) -> StackState:
    """Return a stack. A stack that cannot be read is part of the result."""
    try:
        return read_export(exported(), name)
    except OSError as error:
        return StackState(name, reason=f"{error.strerror}: {error.filename}")
    except StackError as error:
        return StackState(name, reason=str(error))
