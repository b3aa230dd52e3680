"""The parts of estates that were not read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from metapixel_cli.grants.words import listed
from metapixel_cli.words import noun, with_id
from metapixel_provider.sharing.estate.estate import Estate

SHARES, AD_ACCOUNTS, USERS, REQUESTS = "shares", "ad accounts", "users", "requests"
_LOOK_UP = "look the business up in Business Settings"
#: The parts of a reason that differ between reads that failed for the same cause.
_VARYING = re.compile(r"trace id [^,)]*|ad accounts|assigned users")
_PLURALS = {"pixel": "pixels", "business": "businesses", "stack": "stacks"}


@dataclass(frozen=True)
class UnreadPart:
    """A part of a pixel or business, or the state of a stack, that was not read completely.

    `subject` is a name for people to read, such as `pixel Web shop (1290034567800001)`. `part` is
    `pixels`, `shares`, `ad accounts`, `users`, `requests`, `partners` or `state`. `reason` states
    the cause.
    """

    subject: str
    subject_id: str
    part: str
    reason: str


def unread_of(estate: Estate) -> list[UnreadPart]:
    return [part for part in _parts(estate) if part.reason]


def _parts(estate: Estate) -> Iterator[UnreadPart]:
    """Yield the parts of an estate. The reason of a part that was read is empty."""
    business_id, name = estate.reader
    business = f"business {with_id(name, business_id)}"
    requests_reason = estate.requests.reason or _unknown_recipient(estate.open_to_unknown)
    yield UnreadPart(business, business_id, "pixels", estate.pixels.reason)
    yield UnreadPart(business, business_id, REQUESTS, requests_reason)
    yield UnreadPart(business, business_id, "partners", estate.partners.reason)
    requests = (*estate.open_to_unknown, *estate.ended_to_unknown)
    for part in (AD_ACCOUNTS, USERS):
        result = f", so the {part} of that business were not read"
        reason = _unknown_recipient(requests, result, ", and add --agency")
        yield UnreadPart(business, business_id, part, reason)
    for pixel in estate.pixels.value:
        title = f"pixel {with_id(pixel.name, pixel.id)}"
        yield UnreadPart(title, pixel.id, SHARES, pixel.agencies.reason)
        yield UnreadPart(title, pixel.id, AD_ACCOUNTS, pixel.ad_accounts.reason)
        yield UnreadPart(title, pixel.id, USERS, pixel.users.reason)


def _unknown_recipient(requests: Sequence[str], result: str = "", advice: str = "") -> str:
    """Return the reason for what only the recipient of requests has, empty without a request."""
    if not requests:
        return ""
    found = f"{noun(len(requests), 'sharing request')} {listed(requests, most=5)}"
    return f"Meta did not return the business that received {found}{result}; {_LOOK_UP}{advice}"


def by_cause(parts: Iterable[UnreadPart]) -> list[str]:
    """Return a text for each cause of unread parts, with the reason of the first part."""
    groups: dict[tuple[str, str], list[UnreadPart]] = {}
    for part in parts:
        own_id = rf"\b{re.escape(part.subject_id)}\b"
        cause = re.sub(own_id, "", _VARYING.sub("", part.reason))
        groups.setdefault((_kind(part), cause), []).append(part)
    return list(map(_sentence, groups.values()))


def _sentence(group: Sequence[UnreadPart]) -> str:
    first = group[0]
    number = len({part.subject_id for part in group})
    subject = first.subject
    if number > 1:
        kind = _PLURALS.get(_kind(first), "others")
        subject = f"{number:,} {kind}, for example {subject}"
    parts = " and ".join(dict.fromkeys(part.part for part in group))
    return f"{subject}, {parts}: {first.reason}"


def _kind(part: UnreadPart) -> str:
    return part.subject.partition(" ")[0]
