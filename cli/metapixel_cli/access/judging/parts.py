"""The parts that a report needs: those that were not read, and the pixels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from metapixel_cli.access.judging.report import PixelRead, Report
from metapixel_cli.access.reading import Observed
from metapixel_cli.grants.unread import AD_ACCOUNTS, SHARES, USERS, UnreadPart, unread_of
from metapixel_provider.sharing.estate.estate import Estate

STATE = "state"
#: The parts of a pixel that list access.
_OF_PIXEL = (SHARES, AD_ACCOUNTS, USERS)
_NO_OWNER = (
    "no business of this report lists the pixel; name its owner with --business, or refresh the "
    "stack if the pixel was deleted"
)


def unread_in(observed: Observed) -> tuple[UnreadPart, ...]:
    """Return the parts that were not read completely."""
    found = [part for estate in observed.estates for part in unread_of(estate)]
    # The complete list of an agency proves that it has no other pixel.
    if not observed.agency_business_id:
        found += _without_owner(observed)
    for stack in observed.stacks:
        if stack.reason:
            found.append(UnreadPart(f"stack {stack.name}", stack.name, STATE, stack.reason))
    # If an agency read the estates, some parts are in each of them.
    return tuple(dict.fromkeys(found))


def pixels_of(estates: Iterable[Estate]) -> Iterator[PixelRead]:
    for estate in estates:
        for pixel in estate.pixels.value:
            yield PixelRead(pixel.id, pixel.name, estate.business_id, estate.business_name)


def without_access(report: Report) -> list[PixelRead]:
    """Return the pixels that nobody may use. All lists of these pixels were read completely."""
    unread = {(each.subject_id, each.part) for each in report.unread}
    used = {row.pixel_id for row in report.rows if row.has_access}
    return [
        pixel
        for pixel in report.pixels
        if pixel.id not in used and not any((pixel.id, part) in unread for part in _OF_PIXEL)
    ]


def _without_owner(observed: Observed) -> Iterator[UnreadPart]:
    """Yield a failure for each pixel that a stack or a killed run has, and that no estate has.

    If the pixels of a business were not read completely, it may own such a pixel.
    """
    if not all(estate.pixels.is_complete for estate in observed.estates):
        return
    known = {pixel.id for estate in observed.estates for pixel in estate.pixels.value}
    declared = [
        resource.key[0]
        for stack in observed.stacks
        for resource in (*stack.resources, *stack.killed)
        if resource.type.is_access
    ]
    for pixel_id in dict.fromkeys(declared):
        if pixel_id not in known:
            yield UnreadPart(f"pixel {pixel_id}", pixel_id, SHARES, _NO_OWNER)
