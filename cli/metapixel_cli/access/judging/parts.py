"""The outcome of each read that a report needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from metapixel_cli.access.judging.report import PartRead, PixelRead, Report, Route
from metapixel_cli.access.reading import Observed
from metapixel_cli.grants.words import listed
from metapixel_cli.words import noun, with_id
from metapixel_provider.sharing.estate.estate import (
    Estate,
    Part,
    SentRequest,
)

T = TypeVar("T")

PIXELS, SHARES, AD_ACCOUNTS, USERS, REQUESTS, STATE = (
    "pixels",
    "shares",
    "ad accounts",
    "users",
    "requests",
    "state",
)
#: The part of a pixel at Meta that lists the access of each route.
_PARTS = {
    Route.SHARE: SHARES,
    Route.AD_ACCOUNT: AD_ACCOUNTS,
    Route.PERSON: USERS,
    Route.SYSTEM_USER: USERS,
}
_LOOK_UP = "look the business up in Business Settings"
#: The number of requests that a reason lists.
_MOST_REQUESTS = 5
_NO_OWNER = (
    "no business of this report lists the pixel; name its owner with --business, or refresh the "
    "stack if the pixel was deleted"
)


def parts_of(observed: Observed) -> Iterator[PartRead]:
    """Yield the parts. If an agency read the estates, some parts are yielded once for each."""
    for estate in observed.estates:
        yield from _estate(estate)
    # The complete list of an agency proves that it has no other pixel.
    if not observed.agency_business_id:
        yield from _without_owner(observed)
    for stack in observed.stacks:
        yield PartRead(f"stack {stack.name}", stack.name, STATE, stack.reason)


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
        if pixel.id not in used and not any((pixel.id, part) in unread for part in _PARTS.values())
    ]


def _estate(estate: Estate) -> Iterator[PartRead]:
    business_id, name = estate.reader
    business = f"business {with_id(name, business_id)}"
    yield _part(business, business_id, PIXELS, estate.pixels)
    yield _part(business, business_id, REQUESTS, _requests(estate))
    if unknown := (*estate.open_to_unknown, *estate.ended_to_unknown):
        for part in (AD_ACCOUNTS, USERS):
            result = f"so the {part} of that business were not read"
            reason = f"{_not_returned(unknown)}, {result}; {_LOOK_UP}, and add --agency"
            yield PartRead(business, business_id, part, reason)
    for pixel in estate.pixels.value:
        title = f"pixel {with_id(pixel.name, pixel.id)}"
        yield _part(title, pixel.id, SHARES, pixel.agencies)
        yield _part(title, pixel.id, AD_ACCOUNTS, pixel.ad_accounts)
        # An agency reads no users.
        if not estate.agency_business_id:
            yield _part(title, pixel.id, USERS, pixel.users)


def _requests(estate: Estate) -> Part[tuple[SentRequest, ...]]:
    """Return the requests. They are incomplete if Meta does not return the recipient of one."""
    read = estate.requests
    unknown = estate.open_to_unknown
    if not read.is_complete or not unknown:
        return read
    reason = f"{_not_returned(unknown)}; {_LOOK_UP}"
    return Part(read.value, reason)


def _not_returned(requests: Sequence[str]) -> str:
    found = f"{noun(len(requests), 'sharing request')} {listed(requests, _MOST_REQUESTS)}"
    return f"Meta did not return the business that received {found}"


def _without_owner(observed: Observed) -> Iterator[PartRead]:
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
            yield PartRead(f"pixel {pixel_id}", pixel_id, SHARES, _NO_OWNER)


def _part(subject: str, subject_id: str, part: str, read: Part[T]) -> PartRead:
    return PartRead(subject, subject_id, part, read.reason)
