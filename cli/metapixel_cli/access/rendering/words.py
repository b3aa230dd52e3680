"""Words that all renderings share. Texts from Meta and from stacks are not escaped here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from metapixel_cli.access.evaluation.report import (
    UNKNOWN,
    Drift,
    End,
    Finding,
    FindingName,
    PixelRead,
    Report,
    Route,
    Row,
    Side,
)
from metapixel_cli.grants.unread import PIXELS
from metapixel_cli.words import at_most, count, with_id
from metapixel_provider.sharing.estate.offboarding import Named

#: The number of businesses that the headline names.
_MOST_NAMED = 8
_DRIFTS = {
    Drift.NONE: "",
    Drift.MORE: ", more tasks",
    Drift.FEWER: ", fewer tasks",
    Drift.OTHER: ", other tasks",
    Drift.ABSENT: ", not at Meta",
    Drift.UNKNOWN: ", drift unknown",
}


def headline(report: Report) -> str:
    result = "Complete"
    if report.unread:
        result = f"Incomplete ({count(len(report.unread), 'part was', 'parts were')} not read)"
    facts = count(len(report.open_findings), "finding")
    if report.accepted_findings:
        facts += f", {count(len(report.accepted_findings), 'accepted finding')}"
    if report.looked_at:
        named = at_most(titles(report.looked_at), _MOST_NAMED)
        facts += f"; looked at {', '.join(named)}"
    return f"{result}: {facts}"


def summary(report: Report) -> Iterator[str]:
    """Yield sentences about the scope of the report: time, businesses, stacks and rows."""
    yield f"As of {report.as_of:%Y-%m-%d %H:%M} UTC, read from {report.address}."
    for business in report.businesses:
        yield f"{with_id(business.name, business.id)}: {_pixels_of(business, report)}."
    stacks = ", ".join(report.stacks) or "none, so no access counts as declared"
    yield f"Stacks: {stacks}."
    yield from _numbers_of_rows(report)
    yield from _unknown(report)


def _pixels_of(business: Named, report: Report) -> str:
    """Return the number of pixels that a business owns, or that an agency received."""
    is_agency = report.side is Side.AGENCY
    owners = [pixel.owner_id for pixel in report.pixels]
    number = len(owners) if is_agency else owners.count(business.id)
    pixels = count(number, "pixel")
    if any((part.subject_id, part.part) == (business.id, PIXELS) for part in report.unread):
        pixels = f"{number:,} or more pixels"
    if not is_agency:
        return pixels
    clients = {*owners, *(row.owner_id for row in report.rows if row.is_listed)} - {""}
    return f"{pixels} of {count(len(clients), 'client')}"


def _numbers_of_rows(report: Report) -> Iterator[str]:
    listed, unread, absent = list[Row](), list[Row](), list[Row]()
    for row in report.rows:
        if row.is_listed:
            listed.append(row)
        elif row.status == UNKNOWN:
            unread.append(row)
        else:
            absent.append(row)
    scope, nobody = "Access", "none"
    if report.unread:
        scope = "Access, as far as it was read"
    elif report.side is Side.OWNER:
        nobody = "nobody besides the owner"
    yield f"{scope}: {by_route(listed) or nobody}."
    if unread:
        yield f"Declared, but not read at Meta: {by_route(unread)}."
    if absent:
        yield f"Declared, but not listed by Meta: {by_route(absent)}."


def _unknown(report: Report) -> Iterator[str]:
    """Yield the dates, senders and owners that are unknown."""
    requests = [row for row in report.rows if row.is_open_request]
    if ageless := {row.subject_id for row in requests if not row.open_since}:
        yield f"The age of {count(len(ageless), 'open request')} is unknown."
    if unsent := [row.subject_id for row in requests if not row.owner_id]:
        number = count(len(unsent), "open request")
        yield f"Meta does not return who sent {number}: {', '.join(unsent)}."
    if pixels := titles(pixel for pixel in report.pixels if not pixel.owner_id):
        yield f"Meta does not return who owns {count(len(pixels), 'pixel')}: {', '.join(pixels)}."


def by_route(rows: Iterable[Row]) -> str:
    """Return the number of rows of each route, such as `2 shares, 1 sharing request`.

    A request counts once, even if it has a row for each of its pixels.
    """
    counted = Counter[Route]()
    requests = set[str]()
    for row in rows:
        if row.route is not Route.REQUEST or row.subject_id not in requests:
            counted[row.route] += 1
        if row.route is Route.REQUEST and row.subject_id:
            requests.add(row.subject_id)
    return ", ".join(count(counted[route], *_NOUNS[route]) for route in Route if counted[route])


_NOUNS = {
    Route.SHARE: ("share", "shares"),
    Route.AD_ACCOUNT: ("permitted ad account", "permitted ad accounts"),
    Route.PERSON: ("assignment of a person", "assignments of persons"),
    Route.SYSTEM_USER: ("assignment of a system user", "assignments of system users"),
    Route.REQUEST: ("sharing request", "sharing requests"),
}


def by_name(
    findings: Sequence[Finding], open_first: bool = False
) -> list[tuple[FindingName, list[Finding]]]:
    """Return the findings of each name, in the order of the names.

    With `open_first`, the names with an open finding precede the others.
    """
    groups = []
    for name in FindingName:
        if group := [each for each in findings if each.name is name]:
            groups.append((name, group))
    if open_first:
        groups.sort(key=lambda group: not any(each.is_open for each in group[1]))
    return groups


def titles(found: Iterable[Named | PixelRead]) -> list[str]:
    return [with_id(each.name, each.id) for each in found]


def sentence(finding: Finding) -> str:
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


def cells(row: Row) -> dict[str, str]:
    """Return the text of each column of a row. `ends` is empty if no end is declared."""
    access = f"{row.route} {with_id(row.subject_name, row.subject_id)}"
    tasks = ", ".join(row.tasks)
    if row.route is Route.SHARE:
        access = "share"
    elif row.route is Route.REQUEST:
        tasks = f"asked for {', '.join(row.declared_tasks)}" if row.declared_tasks else ""
    since = f" since {row.open_since or 'an unknown date'}" if row.is_open_request else ""
    ends = "unknown" if row.end is End.UNKNOWN else str(row.expires_on or "")
    if row.end is End.OVERDUE:
        ends = f"overdue since {ends}"
    return {
        "access": access,
        "tasks": tasks,
        "status": f"{row.status}{since}",
        "declared": f"{row.managed}{_DRIFTS[row.drift]}",
        "ends": ends,
    }
