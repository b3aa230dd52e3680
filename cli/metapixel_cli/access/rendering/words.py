"""Words that all renderings share. Texts from Meta and from stacks are not escaped here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from metapixel_cli.access.judging.report import (
    UNKNOWN,
    Drift,
    End,
    Finding,
    FindingName,
    Report,
    Route,
    Row,
    Side,
)
from metapixel_cli.grants.unread import PIXELS
from metapixel_cli.words import at_most, count, with_id

#: The number of businesses that the headline names.
_MOST_NAMED = 8
_DRIFTS = {
    Drift.NONE: "",
    Drift.MORE: "more tasks",
    Drift.FEWER: "fewer tasks",
    Drift.OTHER: "other tasks",
    Drift.ABSENT: "not at Meta",
    Drift.UNKNOWN: "drift unknown",
}


def headline(report: Report) -> str:
    facts = [count(len(report.open_findings), "finding")]
    if accepted := report.accepted_findings:
        facts.append(count(len(accepted), "accepted finding"))
    named = at_most([with_id(each.name, each.id) for each in report.looked_at], _MOST_NAMED)
    looked = f"; looked at {', '.join(named)}" if named else ""
    if report.unread:
        parts = count(len(report.unread), "part was", "parts were")
        return f"Incomplete ({parts} not read): {', '.join(facts)}{looked}"
    return f"Complete: {', '.join(facts)}{looked}"


def summary(report: Report) -> list[str]:
    """Return sentences about the scope of the report: time, businesses, stacks and rows."""
    time = f"{report.as_of:%Y-%m-%d %H:%M} UTC"
    found = [f"As of {time}, read from {report.address}."]
    for business in report.businesses:
        name = with_id(business.name, business.id)
        is_agency = report.side is Side.AGENCY
        number = sum(is_agency or pixel.owner_id == business.id for pixel in report.pixels)
        pixels = count(number, "pixel")
        if any((part.subject_id, part.part) == (business.id, PIXELS) for part in report.unread):
            pixels = f"{number:,} or more pixels"
        if is_agency:
            clients = {row.owner_id for row in report.rows if row.is_listed}
            clients = clients.union(pixel.owner_id for pixel in report.pixels) - {""}
            pixels = f"{pixels} of {count(len(clients), 'client')}"
        found.append(f"{name}: {pixels}.")
    stacks = ", ".join(report.stacks) if report.stacks else "none, so no access counts as declared"
    found.append(f"Stacks: {stacks}.")
    listed = by_route(row for row in report.rows if row.is_listed)
    if report.unread:
        found.append(f"Access, as far as it was read: {listed or 'none'}.")
    else:
        nobody = "nobody besides the owner" if report.side is Side.OWNER else "none"
        found.append(f"Access: {listed or nobody}.")
    unlisted = [row for row in report.rows if not row.is_listed]
    if unread := by_route(row for row in unlisted if row.status == UNKNOWN):
        found.append(f"Declared, but not read at Meta: {unread}.")
    if absent := by_route(row for row in unlisted if row.status != UNKNOWN):
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


def by_route(rows: Iterable[Row]) -> str:
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


def stated(finding: Finding) -> str:
    """Return the sentence of a finding, with its acceptance in parentheses if there is one."""
    if finding.acceptance is None:
        return finding.sentence
    how = "acceptance lapsed on" if finding.acceptance.has_lapsed else "accepted until"
    acceptance = f"{how} {finding.acceptance.expires_on}: {finding.acceptance.reason}"
    return f"{finding.sentence} ({acceptance})"


def business(row: Row) -> str:
    return with_id(row.business_name, row.business_id) if row.business_id else "unknown"


def pixel(row: Row) -> str:
    return with_id(row.pixel_name, row.pixel_id) if row.pixel_id else "pixel unknown"


def cells(row: Row) -> Mapping[str, str]:
    """Return the text of each column of a row. `ends` is empty if no end is declared."""
    is_request = row.route is Route.REQUEST
    subject = f"{row.route} {with_id(row.subject_name, row.subject_id)}"
    asked = ", ".join(row.declared_tasks)
    since = f" since {row.open_since or 'an unknown date'}" if row.is_open_request else ""
    return {
        "access": "share" if row.route is Route.SHARE else subject,
        "tasks": (f"asked for {asked}" if asked else "") if is_request else ", ".join(row.tasks),
        "status": f"{row.status}{since}",
        "declared": ", ".join(filter(None, [row.managed.value, _DRIFTS[row.drift]])),
        "ends": _ends(row),
    }


def _ends(row: Row) -> str:
    if row.end is End.UNKNOWN:
        return "unknown"
    overdue = "overdue since " if row.end is End.OVERDUE else ""
    return f"{overdue}{row.expires_on}" if row.expires_on else ""
