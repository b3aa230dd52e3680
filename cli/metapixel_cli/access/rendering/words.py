"""Words that all renderings share. Texts from Meta and from stacks are not escaped here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from metapixel_cli.access.judging.parts import PIXELS
from metapixel_cli.access.judging.report import (
    Finding,
    FindingName,
    PartRead,
    Report,
    Route,
    Row,
    Side,
)
from metapixel_cli.words import cause, count, with_id


def headline(report: Report) -> str:
    facts = [count(len(report.open_findings), "finding")]
    if accepted := report.accepted_findings:
        facts.append(count(len(accepted), "accepted finding"))
    if report.unread:
        parts = count(len(report.unread), "part was", "parts were")
        return f"Incomplete ({parts} not read): {', '.join(facts)}"
    return f"Complete: {', '.join(facts)}"


def summary(report: Report) -> list[str]:
    """Return sentences about the scope of the report: time, businesses, stacks and rows."""
    time = f"{report.as_of:%Y-%m-%d %H:%M} UTC"
    found = [f"As of {time}, read from {report.address}."]
    for business in report.businesses:
        name = with_id(business.name, business.id)
        token = business.token_of or "an unknown user"
        pixels = count(business.pixels, "pixel")
        if report.lacks(business.id, PIXELS):
            pixels = f"{business.pixels:,} or more pixels"
        if report.side is Side.AGENCY:
            pixels = f"{pixels} of {count(len(report.clients), 'client')}"
        found.append(f"{name}: {pixels}, read with the token of {token}.")
    stacks = ", ".join(report.stacks) if report.stacks else "none, so no access counts as declared"
    found.append(f"Stacks: {stacks}.")
    listed = _by_route(row for row in report.rows if row.is_listed)
    if report.unread:
        found.append(f"Access, as far as it was read: {listed or 'none'}.")
    else:
        nobody = "nobody besides the owner" if report.side is Side.OWNER else "none"
        found.append(f"Access: {listed or nobody}.")
    if unread := _by_route(row for row in report.rows if row.is_unread):
        found.append(f"Declared, but not read at Meta: {unread}.")
    if absent := _by_route(row for row in report.rows if row.is_absent):
        found.append(f"Declared, but not listed by Meta: {absent}.")
    ageless = [row for row in report.rows if row.is_open_request and not row.open_since]
    if ageless:
        requests = len({row.subject_id for row in ageless})
        found.append(f"The age of {count(requests, 'open request')} is unknown.")
    return [*found, *_without_owner(report)]


def _without_owner(report: Report) -> Iterator[str]:
    requests = [row.subject_id for row in report.rows if row.is_open_request and not row.owner_id]
    if requests:
        number = count(len(requests), "open request")
        yield f"Meta does not return who sent {number}: {', '.join(requests)}."
    pixels = [with_id(pixel.name, pixel.id) for pixel in report.pixels if not pixel.owner_id]
    if pixels:
        yield f"Meta does not return who owns {count(len(pixels), 'pixel')}: {', '.join(pixels)}."


def _by_route(rows: Iterable[Row]) -> str:
    """Return the number of rows of each route, such as `2 shares, 1 sharing request`.

    A request counts once, even if it has a row for each of its pixels.
    """
    counted: dict[str | Row, Route] = {
        row.subject_id if row.route is Route.REQUEST and row.subject_id else row: row.route
        for row in rows
    }
    by_route = Counter(counted.values())
    return ", ".join(count(by_route[route], *_NOUNS[route]) for route in Route if by_route[route])


_NOUNS = {
    Route.SHARE: ("share", "shares"),
    Route.AD_ACCOUNT: ("permitted ad account", "permitted ad accounts"),
    Route.PERSON: ("assignment of a person", "assignments of persons"),
    Route.SYSTEM_USER: ("assignment of a system user", "assignments of system users"),
    Route.REQUEST: ("sharing request", "sharing requests"),
}


def by_name(findings: Sequence[Finding]) -> list[tuple[FindingName, list[Finding]]]:
    groups = [(name, [each for each in findings if each.name is name]) for name in FindingName]
    return [(name, group) for name, group in groups if group]


_PLURALS = {"pixel": "pixels", "business": "businesses", "stack": "stacks"}


def causes(parts: Iterable[PartRead]) -> list[PartRead]:
    """Return one entry for all parts with the same cause, in the order of the parts.

    Its reason is that of the first of these parts.
    """
    groups: dict[tuple[str, ...], list[PartRead]] = {}
    for part in parts:
        same = (_kind(part), part.outcome, cause(part.reason, part.subject_id))
        groups.setdefault(same, []).append(part)
    return [_joined(group) for group in groups.values()]


def _kind(part: PartRead) -> str:
    return part.subject.partition(" ")[0]


def _joined(group: list[PartRead]) -> PartRead:
    first = group[0]
    number = len({part.subject_id for part in group})
    subject = first.subject
    if number > 1:
        subject = f"{number:,} {_PLURALS.get(_kind(first), 'others')}, for example {subject}"
    listed = " and ".join(dict.fromkeys(part.part for part in group))
    return replace(first, subject=subject, part=listed)


def since(row: Row, day: Callable[[date], str] = str) -> str:
    """Return the date since which the request of a row is open."""
    return "an unknown date" if row.open_since is None else day(row.open_since)
