"""Reads of stacks and of files, for `metapixel access`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path

from metapixel_cli.grants.unread import SHARES, UnreadPart, unread_of
from metapixel_cli.stacks.errors import StackError
from metapixel_cli.stacks.export import StackState, read_export
from metapixel_cli.stacks.pulumi import export
from metapixel_provider.sharing.estate.estate import Estate, PixelAccess

_NO_OWNER = (
    "no business of this report lists the pixel; name its owner with --business, or refresh the "
    "stack if the pixel was deleted"
)


@dataclass(frozen=True)
class Sources:
    """Everything that was read. `address` is the address of the Graph API."""

    estates: tuple[Estate, ...]
    stacks: tuple[StackState, ...]
    address: str

    @property
    def agency_business_id(self) -> str:
        """The agency that read the estates, or an empty string if their owners did."""
        return self.estates[0].agency_business_id

    @cached_property
    def pixels(self) -> dict[str, PixelAccess]:
        found: dict[str, PixelAccess] = {}
        for estate in self.estates:
            found |= {pixel.id: pixel for pixel in estate.pixels.value}
        return found

    @cached_property
    def business_names(self) -> dict[str, str]:
        names: dict[str, str] = {}
        for estate in self.estates:
            names |= estate.business_names
        return names

    @property
    def has_every_pixel(self) -> bool:
        """True if `pixels` contains every pixel of the businesses that were read."""
        return all(estate.pixels.is_complete for estate in self.estates)

    def unread(self) -> tuple[UnreadPart, ...]:
        found = list(chain.from_iterable(map(unread_of, self.estates)))
        # An agency's report is not about pixels that the agency does not have.
        is_report_of_owners = not self.agency_business_id
        # An incomplete list is a part of its own, and may have any of these pixels.
        if is_report_of_owners and self.has_every_pixel:
            found += self._pixels_of_others()
        for stack in self.stacks:
            if stack.reason:
                found.append(UnreadPart(f"stack {stack.name}", stack.name, "state", stack.reason))
        # All estates of an agency have its unread parts, which count once.
        return tuple(dict.fromkeys(found))

    def _pixels_of_others(self) -> Iterator[UnreadPart]:
        """Yield each pixel of a stack or of a killed run that no business of the report has."""
        for stack in self.stacks:
            for resource in (*stack.resources, *stack.half_created):
                pixel_id, *_ = resource.key
                if resource.type.is_access and pixel_id not in self.pixels:
                    yield UnreadPart(f"pixel {pixel_id}", pixel_id, SHARES, _NO_OWNER)


def read_stack(stack: str, folder: Path) -> StackState:
    """Read a stack through Pulumi. `folder` is the folder of its project."""
    return _state(lambda: export(stack, folder), stack)


def read_state(path: Path) -> StackState:
    return _state(path.read_bytes, path.name)


def _state(read: Callable[[], bytes], name: str) -> StackState:
    """Return the state of a stack. If it cannot be read, it has the reason and no resources."""
    try:
        return read_export(read(), name)
    except OSError as error:
        return StackState(name, reason=f"{error.strerror}: {error.filename}")
    except StackError as error:
        return StackState(name, reason=str(error))
