"""The parts of a report that were not read."""

from __future__ import annotations

from collections.abc import Iterator

from metapixel_cli.access.reading import Sources
from metapixel_cli.grants.unread import SHARES, UnreadPart, unread_of

STATE = "state"
_NO_OWNER = (
    "no business of this report lists the pixel; name its owner with --business, or refresh the "
    "stack if the pixel was deleted"
)


def unread_in(sources: Sources) -> tuple[UnreadPart, ...]:
    """Return the parts that were not read completely."""
    found = [part for estate in sources.estates for part in unread_of(estate)]
    # The complete list of an agency proves that it has no other pixel.
    if not sources.agency_business_id:
        found += _without_owner(sources)
    for stack in sources.stacks:
        if stack.reason:
            found.append(UnreadPart(f"stack {stack.name}", stack.name, STATE, stack.reason))
    # If an agency read the estates, some parts are in each of them.
    return tuple(dict.fromkeys(found))


def _without_owner(sources: Sources) -> Iterator[UnreadPart]:
    """Yield each pixel that a stack or a killed run has, and that no estate has.

    If the pixels of a business were not read completely, it may own such a pixel.
    """
    if not sources.has_every_pixel:
        return
    for stack in sources.stacks:
        for resource in (*stack.resources, *stack.killed):
            pixel_id = resource.key[0]
            if resource.type.is_access and pixel_id not in sources.pixels:
                yield UnreadPart(f"pixel {pixel_id}", pixel_id, SHARES, _NO_OWNER)
